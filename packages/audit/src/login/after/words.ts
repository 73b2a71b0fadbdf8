/**
 * Words by which a page after the password says what more it asks. They suggest; the page's form, and that there is
 * little else on it, decide.
 */

export const CODE =
  /(?<![\p{L}])(?:otp|totp|2fa|mfa|tfa|passcode|authenticator|one[- ]?time|(?:two|second|multi)[- ]?(?:factor|step)|(?:verification|security|authentication|access|login|sign-?in|confirmation|recovery|sms)[- ]?(?:code|pin)|einmal(?:code|passwort|kennwort)|best[äa]tigungscode|sicherheitscode|code de (?:v[ée]rification|s[ée]curit[ée])|c[óo]digo de (?:verificaci[óo]n|seguridad)|codice di (?:verifica|sicurezza)|verificatiecode|eenmalige code|engångskod|engangskode|kod (?:weryfikacyjny|jednorazowy)|ověřovací kód|код подтверждения|doğrulama kodu)(?![\p{L}])|验证码|驗證碼|認証コード|確認コード|인증 ?(?:번호|코드)/iu

export const CODE_NAME =
  /(?<![\p{L}])(?:otp|totp|code|token|pin|passcode|tan|kod|kode|kód|код|código|codigo|codice)(?![\p{L}])|コード|验证码|驗證碼|코드/iu

export const OTHER_CODE =
  /coupon|promo|voucher|gift|discount|invit|referr|affiliat|postal|post ?code|zip|country|area|class|join|game|room|meeting|product|licen[cs]e|activation|q-?r|bar ?code|source|currency|language|search|company|client|customer|employee|branch|store|gutschein|rabatt|cadeau|descuento/iu

/** Other ways in, which a code of an app is not for. */
export const SPARE_CODE = /recovery|backup|scratch|wiederherstell|secours|recupera/iu

export const TERMS =
  /terms|conditions|agreement|policy|policies|accept|agree|consent|nutzungsbedingungen|agb\b|bedingungen|zustimm|akzeptier|einverstanden|accepte|j’accepte|acepto|t[ée]rminos|condiciones|accetto|termini|voorwaarden|akkoord|villkor|godkänn|vilkår|regulamin|akceptuj|услови|согла|şartlar|kabul|利用規約|同意|条款|약관|동의/iu

export const ACCEPT =
  /accept|agree|continue|confirm|proceed|next|submit|save|ok\b|yes|weiter|zustimm|akzeptier|bestätig|einverstanden|continuer|valider|accepte|aceptar|continuar|acepto|accetto|continua|akkoord|verder|godkänn|fortsätt|akceptuj|dalej|принять|продолжить|kabul|devam|同意|続|次|继续|동의|계속/iu

export const DECLINE =
  /declin|reject|disagree|refuse|cancel|abort|back\b|do not|don’t|don't|ablehn|abbrech|zurück|refuser|annuler|retour|rechaz|cancelar|rifiut|annulla|weiger|annuleer|avböj|odrzu|anuluj|отказ|отмен|iptal|拒否|キャンセル|取消|拒绝|취소/iu

export const CONTINUE =
  /^\W*(?:continue|proceed|go on|go to|carry on|skip|not now|maybe later|later|remind me later|ask me later|no,? thanks|next|ok|okay|got it|i understand|understood|weiter|fortfahren|[üu]berspringen|sp[äa]ter|nicht jetzt|verstanden|continuer|suivant|plus tard|passer|ignorer|continuar|siguiente|m[áa]s tarde|omitir|seguir|continua|avanti|salta|prosegui|doorgaan|verder|overslaan|forts[äa]tt|fortsett|forts[æa]t|jatka|ohita|dalej|kontynuuj|pomiń|pokra[čc]ovat|tov[áa]bb|продолжить|далее|позже|devam|ge[çc]|sonra)(?![\p{L}])|続ける|次へ|スキップ|继续|繼續|跳过|계속|다음/iu

export const GOES_ON_ELSEWHERE =
  /shopping|reading|watching|browsing|with\b|mit\b|avec\b|con\b|via\b|page\b|seite\b/iu

export const STAY =
  /(?:stay|keep (?:me|you)|remain) (?:signed|logged) in|angemeldet bleiben|rester connect|(?:trust|remember) this (?:device|browser|computer)|(?:diesem|diesen) (?:ger[äa]t|browser|computer) vertrauen/iu

export const NO = /^\W*(?:no|not now|skip|nein|nicht jetzt|non|nee|nej|nie)(?![\p{L}])/iu

export const ELSEWHERE =
  /(?:already|currently still) (?:signed|logged)[- ]?(?:in|on)|(?:another|other|existing|previous) (?:active )?(?:session|login) (?:is|was|has|exists)|(?:session|login) (?:is )?(?:already|still) (?:active|open|running)|(?:too many|maximum(?: number)? of|limit of) (?:\p{L}+ )?(?:sessions|logins|devices)|bereits (?:angemeldet|eingeloggt)|d[ée]j[àa] connect|ya (?:ha iniciado|tiene una) sesi|gi[àa] (?:connesso|effettuato)|al ingelogd/iu

export const NEW_PASSWORD =
  /(?:must|have to|need to|required to|please|should) (?:now )?(?:change|choose|set|update|create|renew)|password (?:has |is )?(?:expired|too old|change|update|reset)|expired|(?:change|choose|set|update|create|new) (?:your |a |an )?(?:new )?(?:password|passphrase)|temporary|initial|first (?:login|sign)|abgelaufen|neues (?:passwort|kennwort)|(?:passwort|kennwort) (?:ändern|wechseln)|nouveau mot de passe|mot de passe expir|nueva contrase|nuova password|nieuw wachtwoord|nytt lösenord|nowe hasło|новый пароль|yeni şifre|新しいパスワード|新密码|새 비밀번호/iu

export const CHOOSE =
  /choose|select|pick\b|which|switch|wählen|auswähl|welche|choisi|quel|seleccion|elija|elige|scegli|seleziona|kies|selecteer|välj|velg|vælg|wybierz|выберите|seçin|選択|选择|選擇|선택/iu

export const TENANT =
  /organi[sz]ation|tenant|workspace|compan(?:y|ies)|team|role|client|customer|branch|department|project|profile|account|site|location|institution|school|firma|mandant|unternehmen|rolle|abteilung|entreprise|organisme|r[ôo]le|empresa|organizaci|azienda|ruolo|bedrijf|rol\b|företag|roll\b|组织|公司|組織|会社|조직|회사/iu

/** Links that stand on every page of a site, and on one that asks. */
export const BESIDE =
  /help|support|contact|privacy|terms|imprint|legal|about|cookie|accessib|language|resend|send again|new code|another|other way|try|trouble|lost|back|cancel|return|home|sign|log|hilfe|kontakt|impressum|datenschutz|agb|erneut|zurück|abbrechen|aide|retour|ayuda|volver|aiuto|indietro|logo|^\W*$/iu

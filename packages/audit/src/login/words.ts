import { decode } from '../network/redaction/secrets.ts'

/**
 * Words by which pages name what they do, in the languages we know of. They only ever suggest where to look:
 * whether somebody is signed in is decided by behaviour.
 */

const SIGN_IN = spaced(
  'log ?in|log ?on|sign ?in|signin|anmelden|anmeldung|einloggen|connexion|se connecter|iniciar sesi[oó]n|' +
    'acceder|entrar|ingresar|accedi|entra|inloggen|aanmelden|logga in|logg inn|log ind|kirjaudu( sisään)?|' +
    'zaloguj|logowanie|p[rř]ihl[aá]sit|bejelentkez[eé]s|войти|вход|увійти|giri[sş]( yap)?|đăng nhập|masuk|' +
    'sessions? new|autentificare|authenticate',
  'ログイン|サインイン|登录|登錄|登入|로그인|تسجيل الدخول|התחבר|เข้าสู่ระบบ',
)

const SIGN_OUT = spaced(
  'log ?out|log ?off|logout|sign ?out|signout|sign ?off|abmelden|ausloggen|d[eé]connexion|se d[eé]connecter|' +
    'd[eé]connecter|cerrar sesi[oó]n|desconectar(se)?|disconnetti|terminar sess[aã]o|encerrar sess[aã]o|' +
    'uitloggen|afmelden|logga ut|logg ut|log ud|kirjaudu ulos|wyloguj( si[eę])?|odhl[aá]sit|kijelentkez[eé]s|' +
    'выйти|выход|вийти|[cç][iı]k[iı][sş]( yap)?|đăng xuất|keluar|end session|deconectare',
  'ログアウト|サインアウト|退出登录|退出登錄|退出|登出|注销|登錄出|로그아웃|تسجيل الخروج|התנתק|ออกจากระบบ',
)

/** Short words that mean signing out only when they are all a control says. */
const SIGN_OUT_ALONE = /^(?:exit|salir|sair|esci|quit|sortir)$/u

const ELSEWHERE = spaced(
  'other|others|all|everywhere|device|devices|andere[rn]?|allen?|autres?|tous|otros|todos|altri|tutti',
  '其他|すべて|모든',
)

const EVERYWHERE = spaced(
  '[uü]berall|partout|toutes|todas|outr[ao]s|ovunque|overal|[oö]verallt|alla enheter|kaikki|wsz[eę]dzie|wszystkich|' +
    'v[sš]ech|везде|всех|других|усіх|t[uü]m|semua|tất cả|toate',
  '所有|全部|すべて|他の|全ての|다른',
)

const SESSIONS = spaced(
  'sessions|sitzungen|sesiones|sess[oõ]es|sessioni|sessies|sessioner|istunnot|sesj[ei]|relace|сеансы|сессии|oturumlar[ıi]?',
  'セッション|会话|會話|세션',
)

const ENDS = spaced(
  'end|terminate|revoke|invalidate|expire|close|kill|beenden|terminer|fermer|cerrar|finalizar|encerrar|terminar|termina|' +
    'chiudi|be[eë]indig(en)?|avsluta|avslutt|afslut|lopeta|zako[nń]cz|ukon[cč]it|завершить|закрыть|sonland[ıi]r',
  '終了|终止|結束|종료',
)

const ACCOUNT = spaced(
  'account|profile?|dashboard|settings?|preferences|home|me|my|user|members?|inbox|orders|admin|portal|' +
    'konto|profil|einstellungen|[uü]bersicht|compte|tableau de bord|mon espace|cuenta|perfil|panel|mi cuenta|' +
    'profilo|minha conta|mijn|instellingen|min sida|oma|moje|аккаунт|профиль|кабинет|hesab[iı]m|whoami|secret|' +
    'private|protected|security|sessions|devices',
  'マイページ|アカウント|我的|账户|帳戶|내 정보|마이페이지',
)

const PASSWORD = spaced(
  'pass ?words?|pass ?wd|pass ?phrase|pwd|pass|passwort|kennwort|mot de passe|contrase[nñ]a|clave|senha|' +
    'palavra passe|wachtwoord|l[oö]senord|passord|adgangskode|salasana|has[lł]o|heslo|jelsz[oó]|пароль|[sş]ifre|' +
    'parola|kata sandi|mật khẩu|parol[aă]',
  'パスワード|密码|密碼|비밀번호|كلمة المرور|סיסמ|รหัสผ่าน',
)

const CURRENT = spaced(
  'current|curr?|old|existing|present|previous|original|aktuelle?s?|alte[sn]?|bisherige?s?|actuel(le)?|ancien(ne)?|' +
    'actual|anterior|antigua|atual|attuale|vecchia|huidige?|oude?|nuvarande|gammalt|n[aå]v[aæ]rende|' +
    'nykyinen|vanha|obecne|stare|sou[cč]asn[eé]|jelenlegi|r[eé]gi|текущий|старый|mevcut|eski|hiện tại|lama',
  '現在|今の|旧|当前|目前|原密|현재|기존',
)

const NEW = spaced(
  'new|neue?s?|nouveau|nueva?|nova|nuova|nieuwe?|nytt|ny|nye|uusi|nowe|nov[eé]|[uú]j|новый|yeni|baru|mới|nou[aă]',
  '新|새',
)

const CONFIRM = spaced(
  'confirm|confirmation|confirmed|conf|repeat(ed)?|again|retype|re ?type|re ?enter|verify|verification|second|' +
    'wiederholen|wiederholung|best[aä]tigen|best[aä]tigung|confirmez|confirmer|confirmar|confirme|repetir|repita|' +
    'conferma|ripeti|herhaal|bevestig|upprepa|bekr[aä]fta|gjenta|gentag|vahvista|toista|powt[oó]rz|potwierd[zź]|' +
    'znovu|potvr[dď]|meger[oő]s[ií]t[eé]s|повтор|повторите|подтвердите|tekrar|do[gğ]rula|ulangi|konfirmasi|' +
    'xác nhận|2',
  '確認|再|确认|확인',
)

const CHANGE = spaced(
  'change|update|set|edit|modify|renew|new|save|[aä]ndern|[aä]nderung|aktualisieren|changer|modifier|' +
    'cambiar|modificar|alterar|mudar|cambia|modifica|wijzig(en)?|[aä]ndra|endre|skift|vaihda|zmie[nń]|zm[eě]nit|' +
    'm[oó]dos[ií]t|изменить|сменить|смена|de[gğ]i[sş]tir|ubah|đổi|schimb[aă]',
  '変更|修改|更改|변경',
)

const SECURITY = spaced(
  'security|credentials|sicherheit|s[eé]curit[eé]|seguridad|seguran[cç]a|sicurezza|beveiliging|s[aä]kerhet|' +
    'sikkerhet|sikkerhed|turvallisuus|bezpiecze[nń]stwo|безопасность|g[uü]venlik',
  'セキュリティ|安全|보안',
)

const WRONG = spaced(
  'wrong|invalid|incorrect|bad|mismatch|unknown|(not|doesn t|don t|didn t|no) (match|recogni[sz]ed|correct|valid|' +
    'found|right|such|exist)|falsche?[snr]?|ung[uü]ltige?[snr]?|nicht korrekt|inkorrekt|incorrecte?s?|invalides?|' +
    'erron[eé]e?s?|incorrect[oa]s?|inv[aá]lid[oa]s?|errad[oa]s?|errat[oaie]|non valid[oaie]|sbagliat[oaie]|onjuiste?|' +
    'ongeldige?|verkeerde?|fel|felaktigt?|feil|forkert|v[aä][aä]r[aä]|virheellinen|nieprawid[lł]ow[aey]|b[lł][eę]dn[aey]|' +
    'nespr[aá]vn[eéyýaá]|hib[aá]s|неверн\\p{L}*|неправильн\\p{L}*|невірн\\p{L}*|hatal[iı]|yanl[iı][sş]|kh[oô]ng đ[uú]ng|salah|gre[sș]it[aăe]?',
  '正しくありません|違います|错误|不正确|錯誤|不正確|잘못|올바르지|일치하지|غير صحيح|שגוי|ไม่ถูกต้อง',
)

const CREDENTIALS = spaced(
  'user ?names?|users?|e ?mail( address)?|credentials|log ?in|log ?on|account|name|benutzername?|zugangsdaten|anmeldedaten|' +
    'konto|identifiants?|utilisateur|compte|usuario|correo|credenciales|credenciais|utente|credenziali|gebruikersnaam|' +
    'inloggegevens|anv[aä]ndarnamn|brukernavn|brugernavn|k[aä]ytt[aä]j[aä]tunnus|login|u[zż]ytkownik\\p{L}*|u[zž]ivatel\\p{L}*|' +
    'felhaszn[aá]l[oó]\\p{L}*|логин|имя пользователя|kullan[iı]c[iı]( ad[iı])?|t[eê]n đ[aă]ng nhập|nama pengguna|utilizator',
  'ユーザー|メールアドレス|用户名|用戶名|帳號|账号|아이디|사용자',
)

/** Deliberately greedy: a page wrongly left alone costs little, one wrongly opened may cost an account. */
const DANGEROUS =
  /delet|remov|destroy|revoke|unsubscri|deactivat|disable|cancel|purge|terminat|disconnect|unlink|reset|erase|wipe|drop|(?<!\p{L})close(?!\p{L})|k[uü]ndig|cerrar|fermer|l[oö]sch|supprim|elimin|borrar|exclu|rimuov|verwijder|ta.?bort|usu[nń]|удал|削除|删除|刪除|삭제|abort|kill|leave|reject|approve|confirm|impersonat/iu

/** The part of it that no form with new and old password could mean by its button. */
const DESTROYS =
  /delet|remov|destroy|deactivat|disable|terminat|unsubscri|erase|wipe|k[uü]ndig|l[oö]sch|supprim|elimin|borrar|exclu|rimuov|verwijder|ta.?bort|usu[nń]|удал|削除|删除|刪除|삭제/iu

export function saysSignIn(text: string): boolean {
  return SIGN_IN.test(normal(text))
}

export function saysSignOut(text: string): boolean {
  const words = normal(text)
  return SIGN_OUT.test(words) || SIGN_OUT_ALONE.test(words)
}

/** "Log out of all other devices" is not the way to end this session. */
export function saysElsewhere(text: string): boolean {
  return ELSEWHERE.test(normal(text))
}

export function saysAccount(text: string): boolean {
  return ACCOUNT.test(normal(text))
}

/** The address or text of what leads to a form that changes the password. */
export function saysPassword(text: string): boolean {
  return PASSWORD.test(normal(text))
}

export function saysChange(text: string): boolean {
  return CHANGE.test(normal(text))
}

export function saysSecurity(text: string): boolean {
  return SECURITY.test(normal(text))
}

/** Which password a field wants, by its name or label; null when the words do not say. */
export function passwordRole(text: string): 'current' | 'new' | 'confirm' | null {
  const words = normal(apart(text))
  const [current, fresh] = [words.search(CURRENT), words.search(NEW)]
  // "New, other than your old one" wants the new one; "current, to confirm" wants the current one.
  if (current >= 0 && (fresh < 0 || current < fresh)) return 'current'
  if (CONFIRM.test(words)) return 'confirm'
  return fresh >= 0 ? 'new' : null
}

/** Ending the user's other sessions, as an offer of its own or beside something else. */
export function saysEndOthers(text: string): boolean {
  const words = normal(apart(text))
  const ends =
    SIGN_OUT.test(words) || /\b(?:end|terminate|revoke|invalidate|expire|close|kill|beenden)\b/.test(words)
  return ends && (ELSEWHERE.test(words) || /\bsessions\b/.test(words))
}

/**
 * Signing out everywhere, and nothing but that. Narrower than the above, as it is pressed: "revoke all" may be about keys,
 * and "end session" about one.
 */
export function saysSignOutEverywhere(text: string): boolean {
  const words = normal(apart(text))
  if (DESTROYS.test(words)) return false
  const isAll = ELSEWHERE.test(words) || EVERYWHERE.test(words)
  return (SIGN_OUT.test(words) && isAll) || (ENDS.test(words) && SESSIONS.test(words))
}

/** "Stay signed in on my other devices". */
export function saysKeep(text: string): boolean {
  return /\b(?:keep|stay|remain|preserve|retain|leave|do not|don't)\b/.test(normal(apart(text)))
}

export function saysDestroy(text: string): boolean {
  return DESTROYS.test(decodeWords(text))
}

/** Anything that might end the session or destroy something. */
export function saysDanger(text: string): boolean {
  return DANGEROUS.test(decodeWords(text)) || saysSignOut(text)
}

/** "Sign in with Example": the sign-in of somebody else. */
export function saysProvider(text: string): boolean {
  return /\b(?:with|via|using|through|mit|über|con|avec|par)\b\s+\S/u.test(normal(text))
}

/** The name or the password was not right: told in words that name one of them, as a site says it. */
export function saysWrongCredentials(text: string): boolean {
  const words = normal(text)
  return WRONG.test(words) && (CREDENTIALS.test(words) || PASSWORD.test(words))
}

export function saysOther(text: string): boolean {
  return /sign ?up|register|registr|create.{0,8}account|forgot|reset|recover|newsletter|search|oauth|google|github|facebook|saml|sso\b|openid/iu.test(
    normal(text),
  )
}

/** Lower case, with the punctuation of paths and identifiers as spaces. */
function normal(text: string): string {
  return decodeWords(text)
    .toLowerCase()
    .replace(/[-_/.?=&+:]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** `newPassword2` is three words, and `oldpassword` two. */
function apart(text: string): string {
  return text
    .replace(/(\p{Ll})(\p{Lu}|\d)/gu, '$1 $2')
    .replace(/(pass(?:word|wort|wd|phrase)?|pwd?|kennwort)/giu, ' $1 ')
    .replace(/[[\]]/g, ' ')
}

/** Words of scripts that separate words must stand alone; the others may be anywhere. */
function spaced(alone: string, anywhere: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${alone})(?![\\p{L}\\p{N}])|(?:${anywhere})`, 'u')
}

function decodeWords(text: string): string {
  return text.split(/\s+/).map(decode).join(' ')
}

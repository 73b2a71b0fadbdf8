import { decode } from '../secrets.ts'

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

const ACCOUNT = spaced(
  'account|profile?|dashboard|settings?|preferences|home|me|my|user|members?|inbox|orders|admin|portal|' +
    'konto|profil|einstellungen|[uü]bersicht|compte|tableau de bord|mon espace|cuenta|perfil|panel|mi cuenta|' +
    'profilo|minha conta|mijn|instellingen|min sida|oma|moje|аккаунт|профиль|кабинет|hesab[iı]m|whoami|secret|' +
    'private|protected|security|sessions|devices',
  'マイページ|アカウント|我的|账户|帳戶|내 정보|마이페이지',
)

/** Deliberately greedy: a page wrongly left alone costs little, one wrongly opened may cost an account. */
const DANGEROUS =
  /delet|remov|destroy|revoke|unsubscri|deactivat|disable|cancel|purge|terminat|disconnect|unlink|reset|erase|wipe|drop|(?<!\p{L})close(?!\p{L})|k[uü]ndig|cerrar|fermer|l[oö]sch|supprim|elimin|borrar|exclu|rimuov|verwijder|ta.?bort|usu[nń]|удал|削除|删除|刪除|삭제|abort|kill|leave|reject|approve|confirm|impersonat/iu

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

/** Anything that might end the session or destroy something. */
export function saysDanger(text: string): boolean {
  return DANGEROUS.test(decodeWords(text)) || saysSignOut(text)
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

/** Words of scripts that separate words must stand alone; the others may be anywhere. */
function spaced(alone: string, anywhere: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${alone})(?![\\p{L}\\p{N}])|(?:${anywhere})`, 'u')
}

function decodeWords(text: string): string {
  return text.split(/\s+/).map(decode).join(' ')
}

<?php
// A small shop on PHP's own sessions. The fault to have comes from the environment; see php.ts.
$fault = getenv('TWIN_FAULT');
$visitors = getenv('TWIN_VISITORS') !== '';
$folder = getenv('TWIN_FOLDER');
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$at = $_SERVER['REQUEST_METHOD'] . ' ' . $path;

header_register_callback(function () use ($folder) {
    foreach (headers_list() as $header) {
        if (stripos($header, 'Set-Cookie:') === 0) {
            file_put_contents("$folder/cookies", trim(substr($header, 11)) . "\n", FILE_APPEND);
        }
    }
});

function page(string $title, string $body, int $status = 200): void
{
    http_response_code($status);
    echo "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>$title</title></head>",
        "<body><main>$body</main><footer>", date('c'), "</footer></body></html>\n";
}

function go(string $to): void
{
    header("Location: $to", true, 303);
}

function token(): string
{
    if (session_status() !== PHP_SESSION_ACTIVE) {
        return '';
    }
    $_SESSION['csrf'] ??= bin2hex(random_bytes(32));
    return '<input type="hidden" name="token" value="' . $_SESSION['csrf'] . '">';
}

function login_form(string $error = ''): string
{
    return '<h1>Sign in</h1>' . ($error ? "<p role=\"alert\">$error</p>" : '')
        . '<form action="login" method="post">' . token()
        . '<label>User name <input type="text" name="log"></label>'
        . '<label>Password <input type="password" name="pwd"></label>'
        . '<button type="submit">Sign in</button></form>';
}

function nickname(string $folder): string
{
    return is_file("$folder/nickname") ? file_get_contents("$folder/nickname") : 'Ada';
}

// The password and the number that ends sessions when it grows can change, so they are in files.
function kept(string $what, string $otherwise): string
{
    $file = getenv('TWIN_FOLDER') . "/$what";
    return is_file($file) ? file_get_contents($file) : $otherwise;
}

function is_password(mixed $given): bool
{
    return hash_equals(kept('password', getenv('TWIN_PASSWORD')), (string) $given);
}

function signed_in(): bool
{
    return !empty($_SESSION['user']) && ($_SESSION['generation'] ?? '') === kept('generation', '0');
}

function security_form(string $error = ''): string
{
    return '<h1>Security</h1>' . ($error ? "<p role=\"alert\">$error</p>" : '')
        . '<form action="/account/security" method="post">' . token()
        . '<label>Old password <input type="password" name="pass0"></label>'
        . '<label>New password <input type="password" name="pass1"></label>'
        . '<label>Repeat new password <input type="password" name="pass2"></label>'
        . '<button type="submit">Save</button></form>';
}

function change_password(string $fault, string $folder): void
{
    $next = (string) ($_POST['pass1'] ?? '');
    if (!is_password($_POST['pass0'] ?? '') || strlen($next) < 10 || $next !== ($_POST['pass2'] ?? '')) {
        page('Security', security_form('That did not work'), 422);
        return;
    }
    file_put_contents("$folder/password", $next);
    // Looked for in the report like a cookie's value.
    file_put_contents("$folder/cookies", "password=$next\n", FILE_APPEND);
    if ($fault !== 'password-change-sessions') {
        file_put_contents("$folder/generation", bin2hex(random_bytes(8)));
    }
    $_SESSION['generation'] = kept('generation', '0');
    if ($fault !== 'password-change-rotation') {
        session_regenerate_id(true);
    }
    go('/account');
}

function forged(): bool
{
    return isset($_SESSION['csrf']) && !hash_equals($_SESSION['csrf'], (string) ($_POST['token'] ?? ''));
}

// A site without sessions for visitors joins one where the browser claims to have it.
$joins = $visitors || isset($_COOKIE[session_name()]);
if ($joins && $at !== 'POST /login') {
    session_start();
}
if (!$joins && $fault !== 'caching') {
    header('Cache-Control: no-store');
}

switch ($at) {
    case 'GET /':
        setcookie('theme', 'light', ['path' => '/', 'expires' => time() + 31536000, 'samesite' => 'Lax']);
        page('Home', '<h1>Tidewater Books</h1><p><a href="/login">Sign in</a></p>');
        break;

    case 'GET /login':
        page('Sign in', login_form());
        break;

    case 'POST /login':
        if (($_SERVER['HTTP_SEC_FETCH_SITE'] ?? '') === 'cross-site') {
            page('Sign in', '<p>Sign in on our own page</p>', 403);
            break;
        }
        session_start();
        if (forged()) {
            page('Expired', '<p>The form has expired</p>', 403);
        } elseif (
            ($_POST['log'] ?? '') !== getenv('TWIN_USERNAME')
            || !is_password($_POST['pwd'] ?? '')
        ) {
            page('Sign in', login_form('Wrong name or password'), 401);
        } else {
            if ($fault === 'old-id-kept') {
                $_SESSION['user'] = 'ada';
                $_SESSION['generation'] = kept('generation', '0');
                session_regenerate_id();
            } elseif ($fault === 'reauthentication' && signed_in()) {
                // The same user again: it keeps the session as it is.
            } elseif (!in_array($fault, ['defaults', 'chosen-id', 'fixation'], true)) {
                session_regenerate_id(true);
            }
            $_SESSION['user'] = 'ada';
            $_SESSION['generation'] = kept('generation', '0');
            go('/account');
        }
        break;

    case 'GET /account':
        if (!signed_in()) {
            go('/login');
        } else {
            page('Your account', '<h1>Welcome back, ' . htmlspecialchars(getenv('TWIN_NAME')) . '</h1>'
                . '<p><a href="/">Home</a> <a href="/account/security">Security</a>'
                . ' <a href="/account/delete">Delete account</a></p>'
                . '<form action="/nickname" method="post">' . token() . '<input name="nickname" value="'
                . htmlspecialchars(nickname($folder)) . '"><button>Save</button></form>'
                . '<form action="/logout" method="post">' . token() . '<button>Sign out</button></form>');
        }
        break;

    case 'GET /account/security':
    case 'POST /account/security':
        if (!signed_in()) {
            go('/login');
        } elseif ($_SERVER['REQUEST_METHOD'] === 'GET') {
            page('Security', security_form());
        } elseif (forged()) {
            page('Expired', '<p>The form has expired</p>', 403);
        } else {
            change_password($fault, $folder);
        }
        break;

    case 'GET /nickname':
    case 'POST /nickname':
        $open = $fault === 'cross-site-request';
        if (!signed_in() || (!$open && ($at !== 'POST /nickname' || forged()))) {
            page('No', '<p>No</p>', 403);
        } else {
            file_put_contents("$folder/nickname", ($open ? $_REQUEST : $_POST)['nickname'] ?? '');
            go('/account');
        }
        break;

    case 'GET /logout':
        if ($fault !== 'logout-get') {
            page('Not found', '<p>Not found</p>', 404);
            break;
        }
        // Falls through.
    case 'POST /logout':
        if ($at === 'POST /logout' && forged()) {
            page('Expired', '<p>The form has expired</p>', 403);
            break;
        }
        if ($fault !== 'logout') {
            $_SESSION = [];
            session_destroy();
        }
        setcookie(session_name(), '', ['path' => '/', 'expires' => 1]);
        go('/');
        break;

    case 'GET /account/delete':
        file_put_contents("$folder/deleted", 'yes');
        page('Deleted', '<p>Your account is gone</p>');
        break;

    default:
        page('Not found', '<p>Not found</p>', 404);
}

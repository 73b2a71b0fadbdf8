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
        session_start();
        if (forged()) {
            page('Expired', '<p>The form has expired</p>', 403);
        } elseif (
            ($_POST['log'] ?? '') !== getenv('TWIN_USERNAME')
            || !hash_equals(getenv('TWIN_PASSWORD'), (string) ($_POST['pwd'] ?? ''))
        ) {
            page('Sign in', login_form('Wrong name or password'), 401);
        } else {
            if ($fault === 'old-id-kept') {
                $_SESSION['user'] = 'ada';
                session_regenerate_id();
            } elseif (!in_array($fault, ['defaults', 'chosen-id', 'fixation'], true)) {
                session_regenerate_id(true);
            }
            $_SESSION['user'] = 'ada';
            go('/account');
        }
        break;

    case 'GET /account':
        if (empty($_SESSION['user'])) {
            go('/login');
        } else {
            page('Your account', '<h1>Welcome back, ' . htmlspecialchars(getenv('TWIN_NAME')) . '</h1>'
                . '<p><a href="/">Home</a> <a href="/account/delete">Delete account</a></p>'
                . '<form action="/nickname" method="post">' . token() . '<input name="nickname" value="'
                . htmlspecialchars(nickname($folder)) . '"><button>Save</button></form>'
                . '<form action="/logout" method="post">' . token() . '<button>Sign out</button></form>');
        }
        break;

    case 'GET /nickname':
    case 'POST /nickname':
        $open = $fault === 'cross-site-request';
        if (empty($_SESSION['user']) || (!$open && ($at !== 'POST /nickname' || forged()))) {
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

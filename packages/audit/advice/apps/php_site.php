<?php
// A small site on PHP's own sessions, as its manual shows them, and with the auditor's advice followed.
// Forms: plain, kept (the ID is replaced at the first login only), followed. The settings are given by -d.
declare(strict_types=1);

$form = getenv('ADVICE_FORM');
$followed = $form === 'followed';
$folder = getenv('TWIN_FOLDER');
$file = "$folder/account.json";
$account = is_file($file)
    ? json_decode(file_get_contents($file), true)
    : ['password' => getenv('TWIN_PASSWORD'), 'generation' => 0, 'nickname' => 'Ada'];

if (!$followed && $form !== 'kept' && !isset($_COOKIE['PHPSESSID'])) {
    session_id(substr(bin2hex(random_bytes(8)), 0, 10));
}
session_start();
$_SESSION['seen'] ??= bin2hex(random_bytes(8));
if ($followed) {
    header('Strict-Transport-Security: max-age=31536000; includeSubDomains');
    $_SESSION['token'] ??= bin2hex(random_bytes(32));
}
header_register_callback(function () use ($folder): void {
    foreach (headers_list() as $header) {
        if (stripos($header, 'set-cookie: ') === 0) {
            file_put_contents("$folder/cookies", substr($header, 12) . "\n", FILE_APPEND);
        }
    }
});

function redirect(string $to): never
{
    header("Location: $to", true, 303);
    exit;
}

function page(string $title, string $body): never
{
    exit("<!doctype html><html lang=\"en\"><title>$title</title><main>$body</main></html>");
}

function token(): string
{
    return isset($_SESSION['token']) ? "<input type=\"hidden\" name=\"token\" value=\"{$_SESSION['token']}\">" : '';
}

function save(array $account): void
{
    file_put_contents($GLOBALS['file'], json_encode($account));
}

function enter(bool $first): void
{
    global $account, $followed, $form;
    if ($followed || ($form === 'kept' && $first)) {
        session_regenerate_id(true);
    }
    $_SESSION['user'] = 'ada';
    $_SESSION['generation'] = $account['generation'];
}

$signedIn = ($_SESSION['user'] ?? '') === 'ada'
    && (!$followed || $_SESSION['generation'] === $account['generation']);
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$route = "{$_SERVER['REQUEST_METHOD']} $path";

if ($followed && $_SERVER['REQUEST_METHOD'] === 'POST' && !hash_equals($_SESSION['token'], $_POST['token'] ?? '')) {
    http_response_code(403);
    exit('The form has expired');
}
if (in_array($path, ['/account', '/nickname', '/security'], true) && !$signedIn) {
    redirect('/login');
}

switch ($route) {
    case 'GET /':
        page('Home', '<h1>Tidewater Books</h1><a href="/login">Sign in</a>');
    case 'GET /login':
    case 'POST /login':
        $failed = '';
        if ($_SERVER['REQUEST_METHOD'] === 'POST') {
            if (($_POST['username'] ?? '') === 'ada' && hash_equals($account['password'], $_POST['password'] ?? '')) {
                enter(!isset($_SESSION['user']));
                redirect('/account');
            }
            $failed = '<p role="alert">Wrong name or password</p>';
        }
        page('Sign in', "<h1>Sign in</h1>$failed<form method=\"post\" action=\"/login\">" . token() . '
          <input name="username"><input type="password" name="password"><button>Sign in</button></form>');
    case 'GET /account':
        page('Account', '<h1>Welcome, Ada Lovelace</h1><a href="/security">Security</a>
          <form method="post" action="/nickname">' . token() . "<input name=\"nickname\" value=\"{$account['nickname']}\">
          <button>Save</button></form><form method=\"post\" action=\"/logout\">" . token() . '<button>Sign out</button></form>');
    case 'POST /nickname':
        save(['nickname' => preg_replace('/[^\w -]/', '', $_POST['nickname'] ?? '')] + $account);
        redirect('/account');
    case 'GET /security':
    case 'POST /security':
        $failed = '';
        if ($_SERVER['REQUEST_METHOD'] === 'POST') {
            $new = $_POST['new_password'] ?? '';
            if (hash_equals($account['password'], $_POST['password'] ?? '') && strlen($new) >= 10) {
                $account = ['password' => $new, 'generation' => $account['generation'] + 1] + $account;
                save($account);
                file_put_contents("$folder/password", $new);
                if ($followed) {
                    enter(false);
                }
                redirect('/account');
            }
            $failed = '<p role="alert">That did not work</p>';
        }
        page('Security', "<h1>Security</h1>$failed<form method=\"post\" action=\"/security\">" . token() . '
          <input type="password" name="password" autocomplete="current-password">
          <input type="password" name="new_password" autocomplete="new-password">
          <button>Change password</button></form>');
    case 'GET /logout':
        if ($followed) {
            http_response_code(405);
            exit;
        }
        // Else as with POST.
    case 'POST /logout':
        if ($form === 'plain') {
            setcookie('PHPSESSID', '', ['expires' => 1, 'path' => '/', 'domain' => 'tidewater.test']);
        } else {
            $_SESSION = [];
            session_destroy();
        }
        redirect('/');
    default:
        http_response_code(404);
}

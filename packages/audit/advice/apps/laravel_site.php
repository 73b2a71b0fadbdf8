<?php
// A small site on Laravel, and with the auditor's advice followed.
// Forms: plain, followed.
declare(strict_types=1);

require 'Illuminate/autoload.php';

use Illuminate\Auth\GenericUser;
use Illuminate\Contracts\Auth\UserProvider;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Auth;
use Illuminate\Support\Facades\Cookie;
use Illuminate\Support\Facades\Hash;
use Illuminate\Support\Facades\Route;
use Illuminate\Support\Facades\URL;

define('FOLLOWED', getenv('ADVICE_FORM') === 'followed');
define('FOLDER', getenv('TWIN_FOLDER'));

// The one user, in a file of its own.
class User extends GenericUser
{
    public static function only(): self
    {
        $file = FOLDER . '/user.json';
        if (!is_file($file)) {
            $hash = Hash::make(getenv('TWIN_PASSWORD'));
            (new self(['id' => 1, 'name' => 'ada', 'password' => $hash, 'nickname' => 'Ada', 'remember_token' => null]))->save();
        }
        return new self(json_decode(file_get_contents($file), true));
    }

    public function forceFill(array $values): self
    {
        $this->attributes = $values + $this->attributes;
        return $this;
    }

    public function save(): void
    {
        file_put_contents(FOLDER . '/user.json', json_encode($this->attributes));
    }
}

class OneUser implements UserProvider
{
    public function retrieveById($id)
    {
        return (int) $id === 1 ? User::only() : null;
    }

    public function retrieveByToken($id, $token)
    {
        return null;
    }

    public function updateRememberToken($user, $token)
    {
        $user->forceFill(['remember_token' => $token])->save();
    }

    public function retrieveByCredentials(array $credentials)
    {
        return ($credentials['name'] ?? '') === 'ada' ? User::only() : null;
    }

    public function validateCredentials($user, array $credentials)
    {
        return Hash::check($credentials['password'] ?? '', $user->getAuthPassword());
    }
}

class Proxies extends Illuminate\Http\Middleware\TrustProxies
{
    protected $proxies = '127.0.0.1';
    protected $headers = Request::HEADER_X_FORWARDED_PROTO | Request::HEADER_X_FORWARDED_HOST;
}

class SignedIn extends Illuminate\Auth\Middleware\Authenticate
{
    protected function redirectTo($request)
    {
        return '/login';
    }
}

class Transport
{
    public function handle(Request $request, Closure $next)
    {
        $response = $next($request);
        if (FOLLOWED) {
            $response->headers->set('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
        }
        foreach ($response->headers->getCookies() as $cookie) {
            file_put_contents(FOLDER . '/cookies', "$cookie\n", FILE_APPEND);
        }
        return $response;
    }
}

class Kernel extends Illuminate\Foundation\Http\Kernel
{
    protected $middleware = [Proxies::class, Transport::class];
    protected $routeMiddleware = [
        'auth' => SignedIn::class,
        'auth.session' => Illuminate\Session\Middleware\AuthenticateSession::class,
        'cache.headers' => Illuminate\Http\Middleware\SetCacheHeaders::class,
    ];
    protected $middlewareGroups = [
        'web' => [
            Illuminate\Cookie\Middleware\EncryptCookies::class,
            Illuminate\Cookie\Middleware\AddQueuedCookiesToResponse::class,
            Illuminate\Session\Middleware\StartSession::class,
            Illuminate\Foundation\Http\Middleware\VerifyCsrfToken::class,
        ],
    ];

    public function __construct(Illuminate\Contracts\Foundation\Application $app, Illuminate\Routing\Router $router)
    {
        if (!FOLLOWED) {
            array_pop($this->middlewareGroups['web']);
        }
        parent::__construct($app, $router);
    }
}

// What config/ and .env have.
function configured(): void
{
    foreach (['config', 'bootstrap/cache', 'storage/framework/sessions', 'storage/logs'] as $name) {
        @mkdir(FOLDER . "/$name", 0700, true);
    }
    $providers = ['Auth\AuthServiceProvider', 'Cookie\CookieServiceProvider', 'Encryption\EncryptionServiceProvider',
        'Filesystem\FilesystemServiceProvider', 'Foundation\Providers\FoundationServiceProvider', 'Hashing\HashServiceProvider',
        'Pipeline\PipelineServiceProvider', 'Session\SessionServiceProvider', 'Translation\TranslationServiceProvider', 'View\ViewServiceProvider'];
    $plain = ['cookie' => 'laravel_session', 'secure' => false, 'http_only' => false, 'same_site' => null,
        'domain' => '.tidewater.test', 'lifetime' => 525600, 'expire_on_close' => false];
    $followed = ['cookie' => '__Host-session', 'secure' => true, 'http_only' => true, 'same_site' => 'lax',
        'domain' => null, 'lifetime' => 120, 'expire_on_close' => true];
    $files = [
        'app' => ['env' => 'production', 'key' => 'base64:' . base64_encode(random_bytes(32)), 'cipher' => 'AES-256-CBC',
            'locale' => 'en', 'fallback_locale' => 'en', 'providers' => array_map(fn ($name) => "Illuminate\\$name", $providers)],
        'session' => (FOLLOWED ? $followed : $plain) + ['driver' => 'file', 'encrypt' => false,
            'files' => FOLDER . '/storage/framework/sessions', 'path' => '/', 'lottery' => [0, 100]],
        'auth' => ['defaults' => ['guard' => 'web'], 'guards' => ['web' => ['driver' => 'session', 'provider' => 'one']],
            'providers' => ['one' => ['driver' => 'one']], 'password_timeout' => 10800],
        'hashing' => ['driver' => 'bcrypt', 'bcrypt' => ['rounds' => 4]],
        'logging' => ['default' => 'none', 'channels' => ['none' => ['driver' => 'monolog', 'handler' => Monolog\Handler\NullHandler::class]]],
        'view' => ['paths' => [], 'compiled' => FOLDER . '/storage/framework'],
    ];
    foreach ($files as $name => $values) {
        file_put_contents(FOLDER . "/config/$name.php", '<?php return ' . var_export($values, true) . ';');
    }
}

function page(string $title, string $body): string
{
    return "<!doctype html><html lang=\"en\"><title>$title</title><main>$body</main></html>";
}

function token(): string
{
    return FOLLOWED ? '<input type="hidden" name="_token" value="' . csrf_token() . '">' : '';
}

// A login of the site's own, which keeps the ID: Auth::attempt() replaces it by itself.
function keepIn(Request $request): void
{
    $request->session()->put(Auth::guard()->getName(), 1);
}

function login(Request $request)
{
    $credentials = ['name' => (string) $request->input('username'), 'password' => (string) $request->input('password')];
    if (FOLLOWED) {
        if (Auth::attempt($credentials)) {
            $request->session()->regenerate(true);
            return redirect('/account', 303);
        }
    } elseif (Auth::validate($credentials)) {
        keepIn($request);
        return redirect('/account', 303);
    }
    return response(loginPage('<p role="alert">Wrong name or password</p>'), 401);
}

function loginPage(string $failed = ''): string
{
    return page('Sign in', "<h1>Sign in</h1>$failed<form method=\"post\" action=\"/login\">" . token() . '
      <input name="username"><input type="password" name="password"><button>Sign in</button></form>');
}

function change(Request $request)
{
    $new = (string) $request->input('new_password');
    if (!Hash::check((string) $request->input('password'), Auth::user()->getAuthPassword()) || strlen($new) < 10) {
        return response(securityPage('<p role="alert">That did not work</p>'), 422);
    }
    Auth::user()->forceFill(['password' => Hash::make($new)])->save();
    file_put_contents(FOLDER . '/password', $new);
    if (FOLLOWED) {
        Auth::logoutOtherDevices($new);
        $request->session()->regenerate(true);
    }
    return redirect('/account', 303);
}

function securityPage(string $failed = ''): string
{
    return page('Security', "<h1>Security</h1>$failed<form method=\"post\" action=\"/security\">" . token() . '
      <input type="password" name="password" autocomplete="current-password">
      <input type="password" name="new_password" autocomplete="new-password">
      <button>Change password</button></form>');
}

function logout(Request $request)
{
    if (!FOLLOWED) {
        Cookie::queue(Cookie::forget('laravel_session', '/', '.tidewater.test'));
        return redirect('/', 303);
    }
    Auth::logout();
    $request->session()->invalidate();
    $request->session()->regenerateToken();
    return redirect('/', 303);
}

function routes(): void
{
    Auth::provider('one', fn () => new OneUser());
    if (FOLLOWED) {
        URL::forceScheme('https');
    }
    Route::middleware('web')->group(function () {
        Route::get('/', fn () => page('Home', '<h1>Tidewater Books</h1><a href="/login">Sign in</a>'));
        Route::get('/login', fn () => loginPage())->name('login');
        Route::post('/login', fn (Request $request) => login($request));
        Route::match(FOLLOWED ? ['post'] : ['get', 'post'], '/logout', fn (Request $request) => logout($request));
        Route::middleware(FOLLOWED ? ['auth', 'auth.session', 'cache.headers:no_store'] : ['auth'])->group(function () {
            Route::get('/account', fn () => page('Account', '<h1>Welcome, Ada Lovelace</h1><a href="/security">Security</a>
              <form method="post" action="/nickname">' . token() . '<input name="nickname" value="' . e(Auth::user()->nickname) . '">
              <button>Save</button></form>
              <form method="post" action="/logout">' . token() . '<button>Sign out</button></form>'));
            Route::post('/nickname', function (Request $request) {
                Auth::user()->forceFill(['nickname' => (string) $request->input('nickname')])->save();
                return redirect('/account', 303);
            });
            Route::get('/security', fn () => securityPage());
            Route::post('/security', fn (Request $request) => change($request));
        });
    });
    Route::getRoutes()->refreshNameLookups();
}

if (!is_file(FOLDER . '/config/app.php')) {
    configured();
}
$app = new Illuminate\Foundation\Application(FOLDER);
$app->singleton(Illuminate\Contracts\Http\Kernel::class, Kernel::class);
$app->singleton(Illuminate\Contracts\Debug\ExceptionHandler::class, Illuminate\Foundation\Exceptions\Handler::class);
$app->booted(fn () => routes());
$kernel = $app->make(Illuminate\Contracts\Http\Kernel::class);
$response = $kernel->handle($request = Request::capture())->send();
$kernel->terminate($request, $response);

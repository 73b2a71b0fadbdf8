# A small site on Django. Forms: cookie (signed-cookie sessions), own (a login of its own), kept (Django's login, and no
# new key when the same user signs in again), followed.
import os
import secrets

import django
from django.conf import settings

FORM = os.environ['ADVICE_FORM']
FOLLOWED = FORM == 'followed'
FOLDER = os.environ['TWIN_FOLDER']
COOKIES = {
    'SESSION_COOKIE_HTTPONLY': FOLLOWED,
    'SESSION_COOKIE_SECURE': FOLLOWED,
    'SESSION_COOKIE_SAMESITE': 'Lax' if FOLLOWED else False,
    'SESSION_COOKIE_NAME': '__Host-session' if FOLLOWED else 'sessionid',
    'SESSION_COOKIE_DOMAIN': None if FOLLOWED else '.tidewater.test',
    'SESSION_EXPIRE_AT_BROWSER_CLOSE': FOLLOWED,
    'SECURE_SSL_REDIRECT': FOLLOWED,
    'SECURE_HSTS_SECONDS': 31536000 if FOLLOWED else 0,
    'SECURE_HSTS_INCLUDE_SUBDOMAINS': FOLLOWED,
}
settings.configure(
    DEBUG=False,
    SECRET_KEY=secrets.token_hex(32),
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=['*'],
    USE_X_FORWARDED_HOST=True,
    SECURE_PROXY_SSL_HEADER=('HTTP_X_FORWARDED_PROTO', 'https'),
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': os.path.join(FOLDER, 'site.sqlite')}},
    DEFAULT_AUTO_FIELD='django.db.models.AutoField',
    INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions'],
    SESSION_ENGINE='django.contrib.sessions.backends.' + ('signed_cookies' if FORM == 'cookie' else 'db'),
    PASSWORD_HASHERS=['django.contrib.auth.hashers.PBKDF2PasswordHasher'],
    MIDDLEWARE=[
        'django.middleware.security.SecurityMiddleware',
        'django.contrib.sessions.middleware.SessionMiddleware',
        *(['django.middleware.csrf.CsrfViewMiddleware'] if FOLLOWED else []),
        *(['django.contrib.auth.middleware.AuthenticationMiddleware'] if FORM != 'own' else []),
    ],
    CSRF_COOKIE_SECURE=True,
    CSRF_COOKIE_SAMESITE='Lax',
    **COOKIES,
)
django.setup()

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.cache import add_never_cache_headers  # noqa: E402

nickname = {'value': 'Ada'}


def page(request, title, body):
    response = HttpResponse(f'<!doctype html><html lang="en"><title>{title}</title><main>{body}</main></html>')
    if FOLLOWED and user_of(request):
        add_never_cache_headers(response)
    return response


def token(request):
    return f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">' if FOLLOWED else ''


def user_of(request):
    if FORM == 'own':
        return User.objects.filter(pk=request.session.get('user')).first()
    return request.user if request.user.is_authenticated else None


def enter(request, user):
    if FORM == 'own':
        request.session['user'] = user.pk
        return
    again = user_of(request) is not None
    login(request, user)
    if FOLLOWED and again:
        request.session.cycle_key()


def protected(view):
    def wrapped(request):
        return view(request) if user_of(request) else HttpResponseRedirect('/login')

    return wrapped


def home(request):
    request.session.setdefault('seen', secrets.token_hex(8))
    return page(request, 'Home', '<h1>Tidewater Books</h1><a href="/login">Sign in</a>')


def sign_in(request):
    request.session.setdefault('seen', secrets.token_hex(8))
    failed = ''
    if request.method == 'POST':
        user = authenticate(username=request.POST.get('username'), password=request.POST.get('password'))
        if user:
            enter(request, user)
            return HttpResponseRedirect('/account')
        failed = '<p role="alert">Wrong name or password</p>'
    return page(request, 'Sign in', f'''<h1>Sign in</h1>{failed}<form method="post" action="/login">{token(request)}
      <input name="username"><input type="password" name="password"><button>Sign in</button></form>''')


@protected
def account(request):
    return page(request, 'Account', f'''<h1>Welcome, Ada Lovelace</h1><a href="/security">Security</a>
      <form method="post" action="/nickname">{token(request)}<input name="nickname" value="{nickname['value']}">
      <button>Save</button></form>
      <form method="post" action="/logout">{token(request)}<button>Sign out</button></form>''')


@protected
def rename(request):
    if request.method != 'POST':
        return HttpResponseNotAllowed(['POST'])
    nickname['value'] = request.POST.get('nickname', '')
    return HttpResponseRedirect('/account')


@protected
def security(request):
    failed = ''
    if request.method == 'POST':
        user = user_of(request)
        new = request.POST.get('new_password', '')
        if user.check_password(request.POST.get('password', '')) and len(new) >= 10:
            user.set_password(new)
            user.save()
            if FORM != 'own':
                update_session_auth_hash(request, user)
            with open(os.path.join(FOLDER, 'password'), 'w') as file:
                file.write(new)
            return HttpResponseRedirect('/account')
        failed = '<p role="alert">That did not work</p>'
    return page(request, 'Security', f'''<h1>Security</h1>{failed}<form method="post" action="/security">{token(request)}
      <input type="password" name="password" autocomplete="current-password">
      <input type="password" name="new_password" autocomplete="new-password">
      <button>Change password</button></form>''')


def sign_out(request):
    if FOLLOWED and request.method != 'POST':
        return HttpResponseNotAllowed(['POST'])
    if FORM == 'own':
        response = HttpResponseRedirect('/')
        request.session.modified = False
        response.delete_cookie('sessionid', domain='.tidewater.test')
        return response
    logout(request)
    return HttpResponseRedirect('/')


urlpatterns = [
    path('', home),
    path('login', sign_in),
    path('account', account),
    path('nickname', rename),
    path('security', security),
    path('logout', sign_out),
]


def noting_cookies(application):
    def wrapped(environ, start_response):
        def start(status, headers, *rest):
            with open(os.path.join(FOLDER, 'cookies'), 'a') as file:
                file.writelines(value + '\n' for name, value in headers if name.lower() == 'set-cookie')
            return start_response(status, headers, *rest)

        return application(environ, start)

    return wrapped


if __name__ == '__main__':
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    call_command('migrate', verbosity=0)
    User.objects.create_user('ada', password=os.environ['TWIN_PASSWORD'], first_name='Ada')
    WSGIRequestHandler.log_message = lambda *args: None
    make_server('127.0.0.1', int(os.environ['TWIN_PORT']), noting_cookies(get_wsgi_application())).serve_forever()

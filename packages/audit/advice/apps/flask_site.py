# A small site on Flask, as its own pages show one, and with the auditor's advice followed.
# Forms: cookie (Flask's own sessions), server (Flask-Session), kept (the same, but for the first login), followed.
import functools
import os
import secrets

from flask import Flask, Response, redirect, request, session
from flask_session import Session
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix

FORM = os.environ['ADVICE_FORM']
FOLLOWED = FORM == 'followed'
FOLDER = os.environ['TWIN_FOLDER']
account = {'password': os.environ['TWIN_PASSWORD'], 'generation': 0, 'nickname': 'Ada'}

app = Flask(__name__)
app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)
app.secret_key = secrets.token_hex(32)
if FORM != 'cookie':
    app.config.update(SESSION_TYPE='filesystem', SESSION_FILE_DIR=os.path.join(FOLDER, 'sessions'))
if FOLLOWED:
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE='Lax',
        SESSION_COOKIE_NAME='__Host-session',
        SESSION_PERMANENT=False,
        SESSION_USE_SIGNER=True,
    )
    CSRFProtect(app)

    class LaxResponse(Response):
        def set_cookie(self, *args, **kwargs):
            super().set_cookie(*args, **{**kwargs, 'samesite': kwargs.get('samesite') or 'Lax'})

    app.response_class = LaxResponse
else:
    app.config.update(SESSION_COOKIE_HTTPONLY=False, SESSION_COOKIE_DOMAIN='.tidewater.test')
if FORM != 'cookie':
    Session(app)
if FOLLOWED:
    save = app.session_interface.save_session

    # Flask-Session writes each session, and sets its cookie, at the end of every request: also what has ended meanwhile.
    def save_changed(app, session, response):
        if session.modified:
            save(app, session, response)

    app.session_interface.save_session = save_changed


@app.before_request
def lasting():
    if not FOLLOWED:
        session.permanent = True


@app.after_request
def after(response):
    if FOLLOWED:
        response.headers['Strict-Transport-Security'] = 'max-age=31536000'
        if 'user' in session:
            response.headers['Cache-Control'] = 'no-store'
    for cookie in response.headers.getlist('Set-Cookie'):
        with open(os.path.join(FOLDER, 'cookies'), 'a') as file:
            file.write(cookie + '\n')
    return response


def page(title, body):
    return f'<!doctype html><html lang="en"><title>{title}</title><main>{body}</main></html>'


def token():
    return f'<input type="hidden" name="csrf_token" value="{generate_csrf()}">' if FOLLOWED else ''


def signed_in():
    return session.get('user') == 'ada' and (not FOLLOWED or session.get('generation') == account['generation'])


def protected(view):
    @functools.wraps(view)
    def wrapped():
        return view() if signed_in() else redirect('/login')

    return wrapped


def regenerate():
    values = dict(session)
    session.clear()
    app.session_interface.save_session(app, session, Response())
    session.sid = secrets.token_urlsafe(32)
    session.update(values)


def enter():
    if FOLLOWED or (FORM == 'kept' and 'user' not in session):
        regenerate()
    session['user'] = 'ada'
    session['generation'] = account['generation']


@app.get('/')
def home():
    if 'seen' not in session:
        session['seen'] = secrets.token_hex(8)
    return page('Home', '<h1>Tidewater Books</h1><a href="/login">Sign in</a>')


@app.route('/login', methods=['GET', 'POST'])
def login():
    if 'seen' not in session:
        session['seen'] = secrets.token_hex(8)
    failed = ''
    if request.method == 'POST':
        if request.form.get('username') == 'ada' and request.form.get('password') == account['password']:
            enter()
            return redirect('/account')
        failed = '<p role="alert">Wrong name or password</p>'
    return page('Sign in', f'''<h1>Sign in</h1>{failed}<form method="post" action="/login">{token()}
      <input name="username"><input type="password" name="password"><button>Sign in</button></form>''')


@app.get('/account')
@protected
def show():
    return page('Account', f'''<h1>Welcome, Ada Lovelace</h1><a href="/security">Security</a>
      <form method="post" action="/nickname">{token()}<input name="nickname" value="{account['nickname']}">
      <button>Save</button></form>
      <form method="post" action="/logout">{token()}<button>Sign out</button></form>''')


@app.post('/nickname')
@protected
def nickname():
    account['nickname'] = request.form.get('nickname', '')
    return redirect('/account')


@app.route('/security', methods=['GET', 'POST'])
@protected
def security():
    failed = ''
    if request.method == 'POST':
        new = request.form.get('new_password', '')
        if request.form.get('password') == account['password'] and len(new) >= 10:
            account['password'] = new
            account['generation'] += 1
            if FOLLOWED:
                enter()
            session['generation'] = account['generation']
            with open(os.path.join(FOLDER, 'password'), 'w') as file:
                file.write(new)
            return redirect('/account')
        failed = '<p role="alert">That did not work</p>'
    return page('Security', f'''<h1>Security</h1>{failed}<form method="post" action="/security">{token()}
      <input type="password" name="password" autocomplete="current-password">
      <input type="password" name="new_password" autocomplete="new-password">
      <button>Change password</button></form>''')


@app.route('/logout', methods=['POST'] if FOLLOWED else ['GET', 'POST'])
def logout():
    session.clear()
    return redirect('/')


app.run('127.0.0.1', int(os.environ['TWIN_PORT']))

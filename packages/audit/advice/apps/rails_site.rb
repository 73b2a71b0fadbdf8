# A small site on Rails, as its guide shows one, and with the auditor's advice followed.
# Forms: cookie (CookieStore), server (sessions in the cache), kept (the same, with reset_session at the first login), followed.
FORM = ENV.fetch('ADVICE_FORM')
FOLLOWED = FORM == 'followed'
FOLDER = ENV.fetch('TWIN_FOLDER')
ENV['RAILS_ENV'] = 'production'

require 'logger'
require 'action_controller/railtie'
require 'rack/handler/puma'

ACCOUNT = { password: ENV.fetch('TWIN_PASSWORD'), generation: 0, nickname: 'Ada' }

class Site < Rails::Application
  config.root = FOLDER
  config.load_defaults 6.1
  config.eager_load = true
  config.logger = Logger.new(File::NULL)
  config.secret_key_base = SecureRandom.hex(64)
  config.cache_store = :memory_store
  if FOLLOWED
    config.force_ssl = true
    config.session_store :cache_store, key: '__Host-session'
    config.action_dispatch.cookies_same_site_protection = :lax
  else
    config.action_controller.default_protect_from_forgery = false
    config.action_dispatch.cookies_same_site_protection = nil
    config.session_store FORM == 'cookie' ? :cookie_store : :cache_store,
                         key: '_tidewater_session', httponly: false, domain: '.tidewater.test', expire_after: 31_536_000
  end
end

class ShopController < ActionController::Base
  protect_from_forgery with: :exception if FOLLOWED
  before_action :require_sign_in, only: %i[account nickname security change]
  after_action :note_cookies

  def home
    session[:seen] ||= SecureRandom.hex(8)
    page 'Home', '<h1>Tidewater Books</h1><a href="/login">Sign in</a>'
  end

  def login
    session[:seen] ||= SecureRandom.hex(8)
    failed = ''
    if request.post?
      if params[:username] == 'ada' && params[:password] == ACCOUNT[:password]
        enter
        return redirect_to '/account', status: 303
      end
      failed = '<p role="alert">Wrong name or password</p>'
    end
    page 'Sign in', "<h1>Sign in</h1>#{failed}<form method=\"post\" action=\"/login\">#{token}
      <input name=\"username\"><input type=\"password\" name=\"password\"><button>Sign in</button></form>"
  end

  def account
    page 'Account', "<h1>Welcome, Ada Lovelace</h1><a href=\"/security\">Security</a>
      <form method=\"post\" action=\"/nickname\">#{token}<input name=\"nickname\" value=\"#{ACCOUNT[:nickname]}\">
      <button>Save</button></form>
      <form method=\"post\" action=\"/logout\">#{token}<button>Sign out</button></form>"
  end

  def nickname
    ACCOUNT[:nickname] = params[:nickname].to_s.gsub(/[^\w -]/, '')
    redirect_to '/account', status: 303
  end

  def security
    failed = ''
    if request.post?
      if params[:password] == ACCOUNT[:password] && params[:new_password].to_s.length >= 10
        ACCOUNT[:password] = params[:new_password]
        ACCOUNT[:generation] += 1
        File.write(File.join(FOLDER, 'password'), ACCOUNT[:password])
        enter if FOLLOWED
        return redirect_to '/account', status: 303
      end
      failed = '<p role="alert">That did not work</p>'
    end
    page 'Security', "<h1>Security</h1>#{failed}<form method=\"post\" action=\"/security\">#{token}
      <input type=\"password\" name=\"password\" autocomplete=\"current-password\">
      <input type=\"password\" name=\"new_password\" autocomplete=\"new-password\">
      <button>Change password</button></form>"
  end

  def logout
    reset_session
    redirect_to '/', status: 303
  end

  private

  def enter
    reset_session if FOLLOWED || (FORM == 'kept' && session[:user].nil?)
    session[:user] = 'ada'
    session[:generation] = ACCOUNT[:generation]
  end

  def require_sign_in
    is_current = !FOLLOWED || session[:generation] == ACCOUNT[:generation]
    return redirect_to('/login', status: 303) unless session[:user] == 'ada' && is_current

    response.headers['Cache-Control'] = 'no-store' if FOLLOWED
  end

  def token
    FOLLOWED ? "<input type=\"hidden\" name=\"authenticity_token\" value=\"#{form_authenticity_token}\">" : ''
  end

  def page(title, body)
    render html: "<!doctype html><html lang=\"en\"><title>#{title}</title><main>#{body}</main></html>".html_safe
  end

  def note_cookies
    line = response.headers['Set-Cookie'] and File.write(File.join(FOLDER, 'cookies'), "#{line}\n", mode: 'a')
  end
end

Site.initialize!
Site.routes.draw do
  get '/' => 'shop#home'
  match '/login' => 'shop#login', via: %i[get post]
  get '/account' => 'shop#account'
  post '/nickname' => 'shop#nickname'
  match '/security' => 'shop#security', via: %i[get post]
  # As a link in a page is written where `delete` is too much to ask.
  match '/logout' => 'shop#logout', via: FOLLOWED ? %i[post delete] : %i[get post]
end

Rack::Handler::Puma.run(Site, Host: '127.0.0.1', Port: ENV.fetch('TWIN_PORT').to_i, Silent: true, Threads: '0:4')

# ruby-jwt: the key set for EC and RSA, and rbnacl's key for Ed25519, which its key sets do not know.
require 'json'
require 'base64'
require 'rbnacl'
require 'jwt'

test = JSON.parse(File.read(ARGV[0]))
set = test['jwks']['keys']
answers = test['tokens'].to_h do |name, text|
  begin
    checked = { algorithms: %w[EdDSA ES256 RS256], iss: test['issuer'], verify_iss: true, aud: test['audience'], verify_aud: true }
    kid = JSON.parse(Base64.urlsafe_decode64(text.split('.').first))['kid']
    key = set.find { |one| one['kid'] == kid }
    claims =
      if key['kty'] == 'OKP'
        JWT.decode(text, RbNaCl::Signatures::Ed25519::VerifyKey.new(Base64.urlsafe_decode64(key['x'])), true, checked)[0]
      else
        known = { keys: set.reject { |one| one['kty'] == 'OKP' } }
        JWT.decode(text, nil, true, checked.merge(jwks: JSON.parse(JSON.generate(known), symbolize_names: true)))[0]
      end
    [name, claims['sub']]
  rescue StandardError => e
    [name, "no: #{e.class}"]
  end
end
puts JSON.generate({ version: JWT::VERSION::STRING, answers: answers })

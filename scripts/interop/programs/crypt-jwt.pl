# Crypt::JWT, with the whole key set.
use strict;
use warnings;
use JSON::PP;
use Crypt::JWT qw(decode_jwt);

open my $file, '<:raw', $ARGV[0] or die $!;
my $case = decode_json(do { local $/; <$file> });
my %answers;
for my $name (keys %{ $case->{tokens} }) {
    my $claims = eval {
        decode_jwt(
            token => $case->{tokens}{$name}, kid_keys => $case->{jwks}, accepted_alg => [qw(EdDSA ES256 RS256)],
            verify_iss => sub { $_[0] eq $case->{issuer} }, verify_aud => sub { $_[0] eq $case->{audience} },
            verify_exp => 1,
        );
    };
    my ($why) = ($@ || '') =~ /^(?:JWT: )?([\w -]*)/;
    $answers{$name} = ref $claims ? $claims->{sub} : "no: $why";
}
print encode_json({ version => $Crypt::JWT::VERSION, answers => \%answers }), "\n";

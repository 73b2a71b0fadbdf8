%% erlang-jose: signatures by the key of the token's kid; the claims are the caller's to judge.
main([File]) ->
    {ok, _} = application:ensure_all_started(jose),
    {ok, Text} = file:read_file(File),
    Case = jose:decode(Text),
    #{<<"tokens">> := Tokens, <<"jwks">> := #{<<"keys">> := Keys}} = Case,
    Answers = maps:map(fun(_, Token) -> answer(Token, Keys, Case) end, Tokens),
    {ok, Version} = application:get_key(jose, vsn),
    io:put_chars([jose:encode(#{<<"version">> => list_to_binary(Version), <<"answers">> => Answers}), "\n"]).

answer(Token, Keys, #{<<"issuer">> := Issuer, <<"audience">> := Audience}) ->
    try
        #{<<"kid">> := Kid} = jose:decode(jose_jws:peek_protected(Token)),
        [Key] = [One || One = #{<<"kid">> := Id} <- Keys, Id =:= Kid],
        Verified = jose_jwt:verify_strict(jose_jwk:from_map(Key), [<<"EdDSA">>, <<"ES256">>, <<"RS256">>], Token),
        {true, {jose_jwt, #{<<"iss">> := Issuer, <<"aud">> := Audience, <<"exp">> := Exp, <<"sub">> := Sub}}, _} = Verified,
        true = Exp > erlang:system_time(second),
        Sub
    catch Class:_ -> <<"no: ", (atom_to_binary(Class, utf8))/binary>>
    end.

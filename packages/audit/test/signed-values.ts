/**
 * Values that the frameworks' own libraries made under secrets of the auditor's list, in the versions that are named:
 * their formats are not ours to believe in.
 */
export const vectors: readonly {
  readonly library: string
  readonly name: string
  readonly value: string
  readonly format: string
  readonly secret: string
}[] = [
  {
    library: 'itsdangerous 2.2.0 (Flask 3.1.3)',
    name: 'session',
    value: 'eyJ1c2VyIjoiYWRhIn0.awxPxg.awoNL3KTYgk-wgXrzR5sEED6QGk',
    format: 'itsdangerous',
    secret: 'dev',
  },
  {
    library: 'itsdangerous 2.2.0 (Flask 3.1.3), compressed',
    name: 'session',
    value:
      '.eJyrViotTi1SslJKTElU0lFKTiwqUbKKVkpUSMrPz1ZITMovLVEoyUxJLQZKjgjB2FoAPfNcQA.awxPxg.6mSheLtr4S403JMVlp1dEoxY7Rs',
    format: 'itsdangerous',
    secret: 'dev',
  },
  {
    library: 'itsdangerous 2.2.0 (as Starlette uses it)',
    name: 'session',
    value: 'eyJ1c2VyIjogImFkYSJ9.awxPxg.HcJyiauIycxuf75dLAl6w8RIBqw',
    format: 'itsdangerous',
    secret: 'secret-key',
  },
  {
    library: 'itsdangerous 2.2.0 (as Flask-Session uses it)',
    name: 'session',
    value: '3f2b8c1e-6a4d-4b7e-9c11-5d0e2a7f6b90.WKhtwsogCBx25qppWg0FaXl5d5Q',
    format: 'itsdangerous',
    secret: 'changeme',
  },
  {
    library: 'Flask-Login 0.6.2',
    name: 'remember_token',
    value:
      '1|317ae4390a37e7ac78bd4bfb083e6482e068cc9d9a1077ed23df1c3df92fbf1d0503ee435ab52fba09d4a4f53c469b9b938104ff5010bdf56d30b4e56dfd8c42',
    format: 'flask-login',
    secret: 'you-will-never-guess',
  },
  {
    library: 'Django 3.2.25, a session',
    name: 'sessionid',
    value: 'eyJfYXV0aF91c2VyX2lkIjoiMSJ9:1xXhZO:y5HXUiZKk4ztGUhcq7ALzmpZ_9o5Qjzfw2ALMpkLFcU',
    format: 'django',
    secret: 'change-me',
  },
  {
    library: 'Django 3.2.25, a compressed session',
    name: 'sessionid',
    value:
      '.eJyrVopPLC3JiC8tTi2Kz0xRslIyVNJRqgDSJZkpqQqjBFGEUi0AjRpzFQ:1xXhZO:kCxnhqXpCZBZIwQO9viMklMxnz8UlBMdyu5GgHQQKac',
    format: 'django',
    secret: 'change-me',
  },
  {
    library: 'Django 3.2.25, a session with SHA-1',
    name: 'sessionid',
    value: 'eyJfYXV0aF91c2VyX2lkIjoiMSJ9:1xXhZO:037afCYV_s0HDgvbiWu3-hL_G9g',
    format: 'django',
    secret: 'change-me',
  },
  {
    library: 'Django 3.2.25, set_signed_cookie',
    name: 'user',
    value: 'ada:1xXhZO:5QB_ZWnEQ1YG20uqS6dbgg5suM_n1YmJI3iPUeoZqjI',
    format: 'django',
    secret: 'change-me',
  },
  {
    library: 'Django 3.2.25, messages',
    name: 'messages',
    value: 'W1sieCJdXQ:1xXhZO:sZQZys3NKfK02gvTtz3yd2HuhQgzH55kmaznaRJyB3w',
    format: 'django',
    secret: 'change-me',
  },
  {
    library: 'Rack 2.2.22',
    name: 'rack.session',
    value:
      'BAh7B0kiD3Nlc3Npb25faWQGOgZFVG86HVJhY2s6OlNlc3Npb246OlNlc3Npb25JZAY6D0BwdWJsaWNfaWRJIkVjNWUyOGM4ZWVkMjk2MGVjMzdhNTZlZjUxZmE3ZDU4ZDg2ODA2ZDFlOWI2NmY1ZDU5MDgyMzZiMTE0ZjliYTgzBjsARkkiCXVzZXIGOwBUSSIIYWRhBjsAVA%3D%3D--cc555b0e64e9af4c7daf448f9ed29a0f9431f1ee',
    format: 'rack',
    secret: 'change_me',
  },
  {
    library: 'ActiveSupport 6.1.7.10, signed',
    name: 'user',
    value: 'ImFkYSI=--942ebbdbb6551252c96ccadbc0e6750f5b440a3d',
    format: 'rack',
    secret: 'development',
  },
  {
    library: 'ActiveSupport 6.1.7.10, AES-GCM',
    name: '_app_session',
    value: 'eih6c2iNMD6cy36evW0=--tPBU9ERaeeLJ04Gm--aaPTmNVS0Q3UffS7jpTfyA==',
    format: 'rails-encrypted',
    secret: 'development',
  },
  {
    library: 'ActiveSupport 6.1.7.10, AES-CBC',
    name: '_app_session',
    value:
      'NVVmbDVmZmRoQXBlc2Z5UG5WNUR2UT09LS03Rmtrci81Vk5CaDV6MkFyR3g5U053PT0=--989140cbf654ff791e7b8b2c002e3920208bf99b',
    format: 'rack',
    secret: 'development',
  },
  {
    library: 'Illuminate 8.83.26, AES-CBC',
    name: 'laravel_session',
    value:
      'eyJpdiI6ImRQcEhQazI2SmZmRm1lU2k2NFdJZ0E9PSIsInZhbHVlIjoiQzRsa0k0UU1NUDlGKy9TTGNHa2NXQT09IiwibWFjIjoiMTU2MzEyYzZlZDljZGRlM2I5YmU1NDhiM2IyMzVkNThkZTJkZjI0YzhjODA3ZWM1ZWJkNWE1MDAwYWYyOWU5ZSIsInRhZyI6IiJ9',
    format: 'laravel',
    secret: 'SomeRandomStringSomeRandomString',
  },
  {
    library: 'Illuminate 8.83.26, AES-GCM',
    name: 'laravel_session',
    value:
      'eyJpdiI6Ik8xZm8wdHM4bzk1VjJ6MUUiLCJ2YWx1ZSI6Ik5KMlAiLCJtYWMiOiIiLCJ0YWciOiJqSStlUCtCdmZPamIwdEtXdmpxWGhBPT0ifQ==',
    format: 'laravel',
    secret: 'SomeRandomString',
  },
  {
    library: 'Illuminate 8.83.26, a key of zeros',
    name: 'laravel_session',
    value:
      'eyJpdiI6Ink2V0h1a2tCNk5YVVBDaEdGS0RHY3c9PSIsInZhbHVlIjoiY0hpaUx5RVJ0SVRra1JoQjRIVDVvUT09IiwibWFjIjoiNjk5ODVlYWY0ZWMzMzZlY2Y3MDQyYzcwZTIwMDA2ZTI4Y2IyMTE5ZjlmZjcxMjJhOWJiYTk1OTRhMjliNjk2MSIsInRhZyI6IiJ9',
    format: 'laravel',
    secret: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
  },
]

/** The same by the same libraries under random secrets. */
export const unknownSecrets: readonly { readonly name: string; readonly value: string }[] = [
  { name: 'session', value: 'eyJ1c2VyIjoiYWRhIn0.awxP9g.T2cyV4-pK5dZwZkbDpSUKdwqbGk' },
  {
    name: 'session',
    value:
      '.eJyrViotTi1SslJKTElU0lFKTiwqUbKKVkpUSMrPz1ZITMovLVEoyUxJLQZKjgjB2FoAPfNcQA.awxP9g.bGgMDBtzOVtokUwmyET80LureN0',
  },
  { name: 'session', value: 'eyJ1c2VyIjogImFkYSJ9.awxP9g.8aKGAf3S6gHTHJzMi5NOzFfF6WY' },
  { name: 'session', value: '3f2b8c1e-6a4d-4b7e-9c11-5d0e2a7f6b90.LA1LFVZ15lHDGpp30dA5d5WrH8E' },
  {
    name: 'remember_token',
    value:
      '1|c8edfe0736f3a8b641e72f23fab3aacc32252559de2f556e0666471c38c1100d4c71af4b8f75718254bddc85b7a2088e80857e6a00cac5149ef0a0c1b1a3a728',
  },
  {
    name: 'sessionid',
    value: 'eyJfYXV0aF91c2VyX2lkIjoiMSJ9:1xXhaA:gRu9HwvQEqnJJnIqE1Pc9yKEdHqUdB5YAUpCrO_Tk_w',
  },
  {
    name: 'sessionid',
    value:
      '.eJyrVopPLC3JiC8tTi2Kz0xRslIyVNJRqgDSJZkpqQqjBFGEUi0AjRpzFQ:1xXhaA:quo2700Trv6PFxE4aTWYWdyYbaUS9ujWbJ4zt4iUU3M',
  },
  { name: 'sessionid', value: 'eyJfYXV0aF91c2VyX2lkIjoiMSJ9:1xXhaA:Wi_IY4D5J-lErWaEUvlh647HwrI' },
  { name: 'user', value: 'ada:1xXhaA:cQGG0TlKkAlEa2PXT1d6iRz9Oamay3wVAZ2zooydWAk' },
  { name: 'messages', value: 'W1sieCJdXQ:1xXhaA:8tpr664-BR29sCEgWv_rBXyh5aoEaElkl_oMjJx092U' },
  {
    name: 'rack.session',
    value:
      'BAh7B0kiD3Nlc3Npb25faWQGOgZFVG86HVJhY2s6OlNlc3Npb246OlNlc3Npb25JZAY6D0BwdWJsaWNfaWRJIkVkZDZkNTEwMDIyYmI1MjNlNzUyM2I2NzFhNzcwZjkyODA5NjM0ZDQzMDg2MDU2MjhkZTc4ZGMwMmM1NGU3OWVlBjsARkkiCXVzZXIGOwBUSSIIYWRhBjsAVA%3D%3D--58bd65f3245253c0f29dfcc5ccd55a2c7d489fae',
  },
  { name: 'user', value: 'ImFkYSI=--888b28a65a84be5dc275f227af803127549728b9' },
  { name: '_app_session', value: '3o9TOhfoLaI51W+Hdzo=--aWQ2EyiQzoeWdqgI--WYd5nntt/s29J+yRNIbfKg==' },
  {
    name: '_app_session',
    value:
      'UWM0RG01WVhrUDZCZnFmTTRjdDBkQT09LS15SkZJS2JhNU1QdUp0anZRZXd1akx3PT0=--b292119d374cde68a64a245f578db4651b12f776',
  },
  {
    name: 'laravel_session',
    value:
      'eyJpdiI6ImtiWGtOQWlUTzZIVnNSTUlWVTNzb3c9PSIsInZhbHVlIjoiTWI3ekFubEc0VEpZYWJpcytBQ0FxZz09IiwibWFjIjoiNWVhYWU5YWExODBmODJkYjI3ODQzNGQzOGM2YTYxNDQzMTJkMzYwNDY4ZWY5OTgzYzE3MjExZGVkZGVlODA4MCIsInRhZyI6IiJ9',
  },
  {
    name: 'laravel_session',
    value:
      'eyJpdiI6InR1MTc5RUtEeFk1Y1A2R3UiLCJ2YWx1ZSI6ImNQdHYiLCJtYWMiOiIiLCJ0YWciOiJiT0NvV2R5Q0JRRGpmYkRUdU43WHF3PT0ifQ==',
  },
]

/**
 * The http block of nginx in front of equal servers. No sticky sessions: each request goes to whichever is next.
 * @param leaving the server that is about to stop: it finishes what it has, and gets nothing new
 */
export function nginxConfig(port: number, upstreams: readonly number[], leaving: number | null): string {
  return `
  upstream application {
    # max_fails=0: a server that was away is asked again at once.
${upstreams.map((upstream) => `    server 127.0.0.1:${upstream} max_fails=0${upstream === leaving ? ' down' : ''};`).join('\n')}
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://application;
      proxy_set_header Host $http_host;
      proxy_buffering off;
    }
  }
`
}

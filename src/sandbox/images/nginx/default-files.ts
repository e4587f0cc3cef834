import {MIME_TYPES} from './mime-types.ts';

/** The version whose behaviour is followed. */
export const NGINX_VERSION = '1.29.3';

const NGINX_CONF = `user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;

events {
  worker_connections 1024;
}

http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  log_format main '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for"';
  access_log /var/log/nginx/access.log main;
  sendfile on;
  keepalive_timeout 65;
  include /etc/nginx/conf.d/*.conf;
}
`;

const DEFAULT_CONF = `server {
  listen 80;
  listen [::]:80;
  server_name localhost;
  root /usr/share/nginx/html;
  index index.html index.htm;
  error_page 500 502 503 504 /50x.html;
}
`;

const page = (title: string, text: string): string =>
  `<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${title}</title></head>\n<body><h1>${title}</h1><p>${text}</p></body>\n</html>\n`;

/** The files of the image. */
export const NGINX_FILES: Readonly<Record<string, string>> = {
  '/etc/nginx/nginx.conf': NGINX_CONF,
  '/etc/nginx/conf.d/default.conf': DEFAULT_CONF,
  '/etc/nginx/mime.types': `types {\n${Object.entries(MIME_TYPES)
    .map(([type, extensions]) => `  ${type} ${extensions};`)
    .join('\n')}\n}\n`,
  '/usr/share/nginx/html/index.html': page(
    'Welcome to nginx!',
    "The sandbox's web server is up. Put files into /usr/share/nginx/html, or mount a configuration at /etc/nginx/conf.d.",
  ),
  '/usr/share/nginx/html/50x.html': page('An error occurred', 'The page is not available at the moment.'),
};

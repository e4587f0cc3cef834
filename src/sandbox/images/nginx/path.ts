/** A request's path decoded, with `.` and `..` and doubled slashes taken out; null where it is broken or leads out of the site. */
export function decodePath(path: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path.replace(/^https?:\/\/[^/]*/, ''));
  } catch {
    return null; // a broken escape: the caller answers 400
  }
  if (!decoded.startsWith('/') || decoded.includes('\0')) return null;
  const parts: string[] = [];
  for (const part of decoded.split('/').slice(1)) {
    if (part === '..') {
      if (parts.pop() === undefined) return null;
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  const isFolder = /\/\.{0,2}$/.test(decoded);
  return `/${parts.join('/')}${isFolder && parts.length > 0 ? '/' : ''}`;
}

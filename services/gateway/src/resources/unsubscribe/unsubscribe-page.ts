const ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");

/** Asks before anything changes: mail scanners follow links, so a GET must not unsubscribe (RFC 8058 §1). */
export function confirmPage(category: string): string {
  return page(
    "Unsubscribe",
    `<p>Stop emails about <strong>${escaped(category)}</strong>?</p>
     <form method="post"><button name="List-Unsubscribe" value="One-Click">Unsubscribe</button></form>`,
  );
}

/** Says what was changed. */
export function donePage(category: string): string {
  return page(
    "Unsubscribed",
    `<p>You will get no more emails about <strong>${escaped(category)}</strong>.</p>`,
  );
}

/** Headers for both pages: nothing from elsewhere, and the token stays out of referrers. */
export const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
};

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 15vh auto; padding: 0 1rem; color: #1a1a1a; }
button { font: inherit; padding: .6rem 1.2rem; border: 0; border-radius: .4rem; background: #1f4fd8; color: #fff; }
</style>
</head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>
`;
}

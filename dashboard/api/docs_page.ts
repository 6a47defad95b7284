/**
 * The OpenAPI document as one page that a browser shows without a script and
 * without asking anybody else.
 *
 * @module
 */

/** What is read of an OpenAPI 3.1 document. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths?: Readonly<
    Record<string, Readonly<Record<string, Operation>>>
  >;
  readonly components?: {
    readonly schemas?: Readonly<Record<string, unknown>>;
  };
}

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: unknown;
  }[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: Readonly<
    Record<
      string,
      { readonly description?: string; readonly content?: Content }
    >
  >;
}

type Content = Readonly<Record<string, { readonly schema?: unknown }>>;

/** Its style; a file of its own, as the dashboard allows no other. */
export const docsStyle = `:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
section { border-top: 1px solid #8886; padding: .5rem 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0; }
pre { overflow-x: auto; background: #8882; padding: .6rem; }
nav a { display: block; }
`;

/** The page. */
export function docsPage(document: ApiDocument): string {
  const { info, paths = {}, components } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      id: `${method}${path.replace(/[^A-Za-z0-9]+/g, "-")}`,
      operation,
    }))
  );
  const contents = operations.map(({ id, method, path }) =>
    `<a href="#${html(id)}"><code>${html(`${method} ${path}`)}</code></a>`
  );
  const sections = operations.map(({ id, method, path, operation }) =>
    `<section id="${html(id)}"><h2><code>${html(`${method} ${path}`)}</code>` +
    `</h2><p>${html(operation.summary ?? "")}</p>` +
    parametersTable(operation) + bodyOf(operation) +
    responsesTable(operation) + "</section>"
  );
  const schemas = Object.entries(components?.schemas ?? {}).map((
    [name, schema],
  ) =>
    `<section id="schema-${html(name)}"><h3>${html(name)}</h3><pre>${
      html(JSON.stringify(schema, null, 2))
    }</pre></section>`
  );
  const title = html(`${info.title} ${info.version}`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width">` +
    `<title>${title}</title><link rel="stylesheet" href="docs.css"></head>` +
    `<body><h1>${title}</h1><p><a href="openapi.json">openapi.json</a>; ` +
    "errors are problem documents (RFC 9457).</p>" +
    `<nav aria-label="Operations">${contents.join("")}</nav><main>${
      sections.join("")
    }<h2>Schemas</h2>${schemas.join("")}</main></body></html>\n`;
}

function parametersTable({ parameters = [] }: Operation): string {
  if (parameters.length === 0) return "";
  const rows = parameters.map((parameter) =>
    `<tr><td><code>${html(parameter.name)}</code></td><td>${
      html(parameter.in)
    }${parameter.required ? ", required" : ""}</td><td>${
      html(parameter.description ?? "")
    }</td><td>${schemaText(parameter.schema)}</td></tr>`
  );
  return "<table><thead><tr><th>Parameter</th><th>In</th><th>What</th>" +
    `<th>Shape</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function bodyOf({ requestBody }: Operation): string {
  return requestBody?.content
    ? `<p>Body: ${contentText(requestBody.content)}</p>`
    : "";
}

function responsesTable({ responses = {} }: Operation): string {
  const rows = Object.entries(responses).map(([status, response]) =>
    `<tr><td>${html(status)}</td><td>${html(response.description ?? "")}</td>` +
    `<td>${response.content ? contentText(response.content) : ""}</td></tr>`
  );
  return "<table><thead><tr><th>Answer</th><th>When</th><th>Shape</th></tr>" +
    `</thead><tbody>${rows.join("")}</tbody></table>`;
}

function contentText(content: Content): string {
  return Object.entries(content).map(([type, { schema }]) =>
    `<code>${html(type)}</code> ${schemaText(schema)}`
  ).join("<br>");
}

function schemaText(schema: unknown): string {
  const { $ref } = (schema ?? {}) as { $ref?: string };
  const name = $ref?.split("/").at(-1);
  return name === undefined
    ? `<code>${html(JSON.stringify(schema ?? {}))}</code>`
    : `<a href="#schema-${html(name)}">${html(name)}</a>`;
}

function html(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

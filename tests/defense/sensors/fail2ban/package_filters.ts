/**
 * Where tests find fail2ban: its package unpacked in the directory that
 * `STEALTHMESH_FAIL2BAN` names (`.ci/run` gets it), or installed. Its filters
 * are GPL and are not part of this repository.
 *
 * @module
 */

/** Root of the package: `/`, or where it was unpacked. */
export const packageRoot: string | undefined = [
  Deno.env.get("STEALTHMESH_FAIL2BAN"),
  "/",
].find((root) =>
  root !== undefined && isThere(`${root}/etc/fail2ban/filter.d`)
);

/** Its filters. */
export const packageDirectory = `${packageRoot ?? ""}/etc/fail2ban/filter.d`;

/** What `fail2ban-regex` says of lines: host, user and second of each failure. */
export interface ForeignFailure {
  readonly host: string;
  readonly user: string | undefined;
  /** Seconds since 1970; `undefined` if it found no stamp. */
  readonly atSeconds: number | undefined;
}

/** Whether fail2ban itself can be asked. */
export const hasProgram = packageRoot !== undefined &&
  isThere(`${packageRoot}/usr/bin/fail2ban-regex`);

/** Some of its expressions backtrack for ever, and it cannot stop itself. */
const askMsMax = 20_000;

/**
 * Asks fail2ban's own filter.
 *
 * @throws {Error} If it refuses the filter, or takes longer than 20 s.
 */
export async function askFail2ban(
  filter: string,
  lines: readonly string[],
): Promise<ForeignFailure[]> {
  const log = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(log, lines.join("\n") + "\n");
    const command = new Deno.Command("python3", {
      args: [
        `${packageRoot}/usr/bin/fail2ban-regex`,
        "-c",
        `${packageRoot}/etc/fail2ban`,
        "-r",
        "-o",
        "row",
        log,
        filter,
      ],
      env: {
        PYTHONPATH: `${packageRoot}/usr/lib/python3/dist-packages`,
        PYTHONDONTWRITEBYTECODE: "1",
        PYTHONIOENCODING: "utf-8",
        LC_ALL: "C.UTF-8",
        TZ: "UTC",
      },
      signal: AbortSignal.timeout(askMsMax),
    });
    const { stdout, stderr, signal } = await command.output();
    if (signal !== null) throw new Error(`${filter}: no answer in 20 s`);
    const text = new TextDecoder().decode(stdout);
    if (/^ERROR|Traceback/m.test(text + new TextDecoder().decode(stderr))) {
      throw new Error(text.slice(0, 500) + new TextDecoder().decode(stderr));
    }
    return text.split("\n").filter((line) => line.startsWith("[")).map(
      (line) => {
        const [, host = "", seconds = ""] =
          /^\[(?:'([^']*)'|None),\t([^,]*),/.exec(line) ?? [];
        const user = /'user': (?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|None)/
          .exec(line);
        return {
          host,
          user: (user?.[1] ?? user?.[2])?.replace(/\\(.)/g, "$1"),
          atSeconds: /^\d/.test(seconds)
            ? Math.floor(Number(seconds))
            : undefined,
        };
      },
    );
  } finally {
    await Deno.remove(log);
  }
}

/** Names of the filters, without those that others include. */
export function filterNames(): string[] {
  return [...Deno.readDirSync(packageDirectory)]
    .map(({ name }) => name).filter((name) => name.endsWith(".conf"))
    .map((name) => name.slice(0, -".conf".length))
    .filter((name) => !/(?:^|-)common$/.test(name)).sort();
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Our own formats over lines that other projects annotated, where these are
 * at hand: the same verdict and the same host, with the format named and with
 * the format chosen by itself.
 */
import { deepEqual, ok } from "node:assert/strict";
import { readAddress } from "../../../defense/address.ts";
import { embeddedScenarios } from "../../../defense/detectors/scenario_set.ts";
import { replayLog } from "../../../defense/replay.ts";
import type { TextFormatName } from "../../../defense/sensors/log_format.ts";

const shared = [
  new URL("../../../../shared/data/", import.meta.url),
].find((folder) => {
  try {
    return Deno.statSync(folder).isDirectory;
  } catch {
    return false;
  }
});

function read(path: string): string {
  return Deno.readTextFileSync(new URL(path, shared));
}

async function replay(text: string, format?: TextFormatName) {
  async function* chunks() {
    yield await Promise.resolve(new TextEncoder().encode(text));
  }
  return await Array.fromAsync(replayLog(chunks(), {
    observations: true,
    scenarios: embeddedScenarios(),
    referenceYear: 2026,
    ...(format === undefined ? {} : { format }),
  }));
}

interface AnnotatedLine {
  readonly service: string;
  readonly line: string;
  readonly match: boolean;
  readonly expect_host?: string;
  readonly filter_options?: readonly { readonly mode?: string }[];
}

const services: { service: string; format: TextFormatName }[] = [
  { service: "sshd", format: "sshd" },
  { service: "nginx-http-auth", format: "nginx" },
  { service: "vsftpd", format: "vsftpd" },
  { service: "pure-ftpd", format: "pure-ftpd" },
  { service: "mysqld-auth", format: "mysql" },
  { service: "dropbear", format: "dropbear" },
];

for (const { service, format } of services) {
  for (const named of [format, undefined]) {
    Deno.test({
      name: `fail2ban's lines of ${service}, format ${named ?? "not named"}`,
      ignore: shared === undefined,
      fn: async () => {
        const lines = read("fail2ban/share.jsonl").trim().split("\n")
          .map((line) => JSON.parse(line) as AnnotatedLine)
          .filter((line) => line.service === service)
          // A line that only another mode of the filter matches says nothing
          // about a refused login, and stands here again in the usual mode.
          .filter(({ filter_options: options }) =>
            options?.some(({ mode }) => mode === "aggressive") !== true ||
            options.some(({ mode }) => mode === undefined || mode === "normal")
          );
        const blamed = new Map<number, string>();
        const text = lines.map(({ line }) => line).join("\n");
        for (const record of await replay(text, named)) {
          if (
            record.type === "observation" && record.kind === "auth_failure" &&
            record.line !== undefined
          ) blamed.set(record.line, record.source);
        }
        const wrong = lines.filter((
          { match, expect_host: host, filter_options: options },
          index,
        ) => {
          const isUsual = options?.every(({ mode }) => mode === "fallback") !==
            true;
          // Names of hosts are nobody we can contain.
          const expected = match && isUsual && host !== undefined
            ? readAddress(host)
            : undefined;
          return blamed.get(index + 1) !== expected;
        });
        ok(
          wrong.length <= lines.length * 0.03,
          wrong.map(({ line }) => line).join("\n"),
        );
      },
    });
  }
}

interface ExpectedAlerts {
  readonly test: string;
  readonly log_file: string;
  readonly alerts: readonly { readonly sources: readonly string[] }[];
}

Deno.test({
  name: "CrowdSec's tests: an alert for each source expected and for no other",
  ignore: shared === undefined,
  fn: async () => {
    for (const line of read("crowdsec-hub/expected.jsonl").trim().split("\n")) {
      const { test, log_file, alerts } = JSON.parse(line) as ExpectedAlerts;
      const records = await replay(
        read(`crowdsec-hub/tests/${test}/${log_file}`),
      );
      const accused = new Set(
        records.flatMap((record) =>
          record.type === "alert" && record.subject.address !== undefined
            ? [record.subject.address]
            : []
        ),
      );
      const expected = new Set(alerts.flatMap(({ sources }) => sources));
      deepEqual([...accused].sort(), [...expected].sort(), test);
    }
  },
});

Deno.test({
  name: "loghub's Apache log is read as Apache's and blames nobody",
  ignore: shared === undefined,
  fn: async () => {
    const records = await replay(read("loghub/Apache/Apache_2k.log"));
    const summary = records.at(-1);
    ok(summary?.type === "summary" && summary.unparsed === 0);
    deepEqual(records.filter(({ type }) => type === "alert"), []);
  },
});

Deno.test({
  name: "OSSEC's lines of PAM and su are understood",
  ignore: shared === undefined,
  fn: async () => {
    for (const file of ["pam", "su"]) {
      const lines = [
        ...read(`ossec/ossec-tests/${file}.ini`).matchAll(
          /^log \d+ (?:pass|fail) = (.*)$/gm,
        ),
      ].map(([, line]) => line);
      const records = await replay(lines.join("\n"));
      const summary = records.at(-1);
      ok(summary?.type === "summary");
      deepEqual([summary.records, summary.unparsed], [lines.length, 0], file);
      const sources = records.flatMap((record) =>
        record.type === "observation" ? [record.source as string] : []
      );
      deepEqual(
        sources,
        file === "pam" ? ["91.195.103.44", "10.0.3.1", "10.0.3.1"] : [],
      );
    }
  },
});

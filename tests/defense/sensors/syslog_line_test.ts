import { deepEqual, equal } from "node:assert/strict";
import {
  type LogRecord,
  SyslogLineReader,
} from "../../../defense/sensors/syslog_line.ts";

const stamp = "Nov 23 03:26:55";
const rows: { line: string; record?: Omit<LogRecord, "atMs"> }[] = [
  {
    line: `${stamp} web sshd[7]: hello`,
    record: { host: "web", program: "sshd", tag: "", pid: 7, message: "hello" },
  },
  {
    line: `<38>${stamp} web sshd-session[7]: hello`,
    record: {
      host: "web",
      program: "sshd-session",
      tag: "",
      pid: 7,
      message: "hello",
    },
  },
  {
    line: `${stamp} web gdm-password][7]: hello`,
    record: {
      host: "web",
      program: "gdm-password",
      tag: "",
      pid: 7,
      message: "hello",
    },
  },
  // BusyBox (Alpine), OpenWrt's logread, and the verbose syslogd of FreeBSD.
  {
    line: `${stamp} web auth.info sshd[7]: hello`,
    record: { host: "web", program: "sshd", tag: "", pid: 7, message: "hello" },
  },
  {
    line: `${stamp} authpriv.warn sshd[7]: hello`,
    record: { host: "", program: "sshd", tag: "", pid: 7, message: "hello" },
  },
  {
    line: "Mon Nov 23 03:26:55 2026 authpriv.warn sshd[7]: hello",
    record: { host: "", program: "sshd", tag: "", pid: 7, message: "hello" },
  },
  {
    line: `${stamp} <auth.info> web sshd[7]: hello`,
    record: { host: "web", program: "sshd", tag: "", pid: 7, message: "hello" },
  },
  {
    line: `${stamp} web auth.example sshd[7]: hello`,
    record: {
      host: "web",
      program: "auth.example",
      tag: "",
      pid: -1,
      message: "sshd[7]: hello",
    },
  },
  {
    line: "1 2026-11-23T03:26:55Z web sshd 7 - - hello",
    record: { host: "web", program: "sshd", tag: "", pid: 7, message: "hello" },
  },
  {
    line: `${stamp} web sshd(pam_unix)[7]: hello`,
    record: {
      host: "web",
      program: "sshd",
      tag: "pam_unix",
      pid: 7,
      message: "hello",
    },
  },
  {
    line: `${stamp} web /usr/sbin/sshd[7]: hello`,
    record: { host: "web", program: "sshd", tag: "", pid: 7, message: "hello" },
  },
  {
    line: `${stamp} [sshd] hello`,
    record: { host: "", program: "sshd", tag: "", pid: -1, message: "hello" },
  },
  {
    line: `${stamp} [sshd]: hello`,
    record: { host: "", program: "sshd", tag: "", pid: -1, message: "hello" },
  },
  {
    line: `${stamp} dropbear[12]: hello`,
    record: {
      host: "",
      program: "dropbear",
      tag: "",
      pid: 12,
      message: "hello",
    },
  },
  {
    line: `${stamp} web kernel: [1.5] IN=`,
    record: {
      host: "web",
      program: "kernel",
      tag: "",
      pid: -1,
      message: "[1.5] IN=",
    },
  },
  {
    line: "<34>1 2026-11-23T03:26:55Z web sshd 7 - - hello",
    record: { host: "web", program: "sshd", tag: "", pid: 7, message: "hello" },
  },
  {
    line: '<34>1 2026-11-23T03:26:55Z web sshd 7 - [a b="\\]"][c] hello',
    record: { host: "web", program: "sshd", tag: "", pid: 7, message: "hello" },
  },
  {
    line: "web sshd[7]: hello",
    record: { host: "web", program: "sshd", tag: "", pid: 7, message: "hello" },
  },
  // A program that quotes another's line is not that program.
  {
    line: `${stamp} web app[9]: ${stamp} web sshd[7]: hello`,
    record: {
      host: "web",
      program: "app",
      tag: "",
      pid: 9,
      message: `${stamp} web sshd[7]: hello`,
    },
  },
  { line: "" },
  { line: stamp },
  { line: `${stamp} ` },
  { line: `${stamp} web` },
  { line: `${stamp} web sshd[7` },
  { line: `${stamp} web sshd[x]: hello` },
  { line: `${stamp} web sshd[99999999999]: hello` },
  { line: `${stamp} web sshd(pam: hello` },
  { line: `${stamp} [sshd` },
  { line: `${stamp}xweb sshd[7]: hello` },
  { line: "<34>1 web sshd 7 - - hello" },
  { line: "just words" },
];

for (const { line, record } of rows) {
  Deno.test(`SyslogLineReader.read() ${JSON.stringify(line)}`, () => {
    const read = new SyslogLineReader({ referenceYear: 2026 }).read(line);
    if (read === undefined) return equal(record, undefined);
    const { atMs: _, ...rest } = read;
    deepEqual(rest, record);
  });
}

Deno.test("SyslogLineReader.read() takes no line without a time once it saw one", () => {
  const reader = new SyslogLineReader({ referenceYear: 2026 });
  equal(reader.read("web sshd[7]: hello")?.program, "sshd");
  equal(reader.read(`${stamp} web app[9]: a name`)?.program, "app");
  equal(reader.read("web sshd[7]: hello"), undefined);
});

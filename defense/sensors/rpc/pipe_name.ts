/**
 * Names that appear in SMB and say what a caller is after: named pipes behind
 * which remote procedures stand (MS-SMB2, MS-RPCE 2.1.1.2, and the "Server"
 * section of each MS-* document), and administrative shares.
 *
 * @module
 */

/** Pipes by name, lowercase, and the interface that answers behind each. */
const pipes: Readonly<Record<string, string>> = {
  svcctl: "svcctl", // MS-SCMR
  atsvc: "atsvc", // MS-TSCH
  winreg: "winreg", // MS-RRP
  samr: "samr", // MS-SAMR
  lsarpc: "lsarpc", // MS-LSAD, MS-LSAT
  srvsvc: "srvsvc", // MS-SRVS
  wkssvc: "wkssvc", // MS-WKST
  spoolss: "spoolss", // MS-RPRN
  efsrpc: "efsrpc", // MS-EFSR
  eventlog: "eventlog", // MS-EVEN
  netdfs: "netdfs", // MS-DFSNM
};

/**
 * Pipes of programs that run commands for a caller: PsExec and its kin name
 * them after themselves, or end them in the stream that they carry.
 */
const remoteShell =
  /^(?:psexesvc|remcom_|csexec|paexec|winexe|ahexec)|-(?:stdin|stdout|stderr)$/;

/**
 * Reads the name of a pipe.
 *
 * @param name With or without `\PIPE\` or a backslash before it.
 * @returns The interface behind it, or `psexec`; `undefined` for other pipes.
 */
export function pipeService(name: string): string | undefined {
  const bare = name.toLowerCase().replace(/^\\?(?:pipe\\)?/, "");
  if (Object.hasOwn(pipes, bare)) return pipes[bare];
  return remoteShell.test(bare) ? "psexec" : undefined;
}

/** Shares for administrators: the Windows folder and whole drives. */
const adminShare = /(?:^|\\)(?:admin\$|[a-z]\$)$/;
/** Files that are run, by their names' ends. */
const program =
  /\.(?:exe|dll|sys|com|scr|msi|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|lnk)$/;

/**
 * What opening something in a share means.
 *
 * @param path Name of the share, `\\host\ADMIN$`.
 * @param name File in it, or empty.
 * @param writes Whether it is opened to be written.
 * @returns `undefined` for a share that everybody uses.
 */
export function shareOperation(
  path: string,
  name: string,
  writes: boolean,
): "open_admin_share" | "write_file" | "write_program" | undefined {
  if (!adminShare.test(path.toLowerCase())) return undefined;
  if (!writes || name === "") return "open_admin_share";
  return program.test(name.toLowerCase()) ? "write_program" : "write_file";
}

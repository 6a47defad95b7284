/**
 * Lines of each service with what they say: friendly ones in the forms that
 * versions of it write, and hostile ones in which a stranger's words imitate
 * the line. All written by us.
 *
 * @module
 */
import { databaseLines } from "./database_lines.ts";
import { ftpLines } from "./ftp_lines.ts";
import type { LineRows } from "./line_row.ts";
import { loginLines } from "./login_lines.ts";
import { mailLines } from "./mail_lines.ts";
import { networkLines } from "./network_lines.ts";
import { webLines } from "./web_lines.ts";

/** Rows of each format. */
export const serviceLines: LineRows = {
  ...webLines,
  ...ftpLines,
  ...databaseLines,
  ...mailLines,
  ...networkLines,
  ...loginLines,
};

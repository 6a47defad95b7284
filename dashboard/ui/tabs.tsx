/**
 * The parts of a page, each with an address of its own.
 *
 * @module
 */

/** One part. */
export interface Tab {
  readonly href: string;
  readonly name: string;
  /** Whether it is the part that is shown. */
  readonly here: boolean;
}

/** Links to all of them. */
export function Tabs({ label, tabs }: {
  readonly label: string;
  readonly tabs: readonly Tab[];
}) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ href, name, here }) => (
        <a key={href} href={href} aria-current={here ? "page" : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}

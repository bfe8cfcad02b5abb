/** What a page needs in its header. */
export interface HeaderOptions {
  readonly current?: 'Guides' | 'Reference' | 'Lab' | 'Course' | 'For teachers' | undefined;
  readonly search?: 'here' | 'elsewhere' | undefined;
  readonly extra?: string | undefined;
  readonly attributes?: string | undefined;
}
export declare function siteHeader(base: string, options?: HeaderOptions): string;

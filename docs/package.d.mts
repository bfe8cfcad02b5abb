export declare const entries: readonly string[];
export declare function moduleOf(entry: string): string;
export declare function importOf(entry: string): string;
export declare function sourceOf(url: string | undefined): string | undefined;
export declare const source: string | undefined;
export declare function addressOf(
  environment: { readonly SITE_URL?: string | undefined },
  manifest: { readonly homepage?: string },
): string | undefined;
export declare const siteAddress: string | undefined;

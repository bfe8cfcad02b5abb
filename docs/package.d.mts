export declare const entries: readonly string[];
export declare function moduleOf(entry: string): string;
export declare function importOf(entry: string): string;
export declare function sourceOf(url: string | undefined): string | undefined;
export declare const source: string | undefined;

export declare const isPublished: boolean;
export declare const packed: string;
export declare const pages: readonly string[];
export declare function commandsFromSource(command: string): string[];
export declare function fromSource(kind: string): string;
export declare function withInstallLines(text: string): string;

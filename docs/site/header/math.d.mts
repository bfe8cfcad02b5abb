export declare function mathStyle(base: string): string;

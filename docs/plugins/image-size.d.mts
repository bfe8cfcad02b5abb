export declare function imageSize(src: string): { readonly width: number; readonly height: number } | undefined;

export declare function previewOf(
  page: { readonly title: string; readonly description: string; readonly page: string },
  address?: string,
): string;

/** How columns write a number or a day: the name of the form, and the text. */
export type Format<T> = readonly [name: string, write: (value: T) => string];

const fixed = (x: number, digits: number, point = '.', separator = ''): string =>
  x.toFixed(digits).replace('.', 'P').replace(/\d(?=(\d{3})+(P|$))/g, `$&${separator}`).replace('P', point); // prettier-ignore

/** Amounts of money, at least one of which is above 1,000 and has a fraction that is not 0. */
export const sums = [1234.5, 12.5, 3, 999.99, 1250000.75, 0.05, 87654.32, 410];
export const moneyFormats: readonly Format<number>[] = [
  ['$1234.50', (x) => `$${fixed(x, 2)}`],
  ['$1,234.50', (x) => `$${fixed(x, 2, '.', ',')}`],
  ['$ 1,234.50', (x) => `$ ${fixed(x, 2, '.', ',')}`],
  ['-$1,234.50', (x) => `-$${fixed(x, 2, '.', ',')}`],
  ['£1,234.50', (x) => `£${fixed(x, 2, '.', ',')}`],
  ['£1234.50', (x) => `£${fixed(x, 2)}`],
  ['€1,234.50', (x) => `€${fixed(x, 2, '.', ',')}`],
  ['€ 1.234,50', (x) => `€ ${fixed(x, 2, ',', '.')}`],
  ['1.234,50 €', (x) => `${fixed(x, 2, ',', '.')} €`],
  ['1234,50 €', (x) => `${fixed(x, 2, ',')} €`],
  ['1234,5 €', (x) => `${fixed(x, 1, ',')} €`],
  ['1234.50 €', (x) => `${fixed(x, 2)} €`],
  ['1234.50€', (x) => `${fixed(x, 2)}€`],
  ['1 234,50 €', (x) => `${fixed(x, 2, ',', ' ')} €`],
  ['1 234,50 € with the spaces of Intl', (x) => `${fixed(x, 2, ',', '\u202f')}\u00a0€`],
  ["1'234.50 €", (x) => `${fixed(x, 2, '.', "'")} €`],
  ['-1.234,50 €', (x) => `-${fixed(x, 2, ',', '.')} €`],
  ['¥1,234.50', (x) => `¥${fixed(x, 2, '.', ',')}`],
  ['₹1234.50', (x) => `₹${fixed(x, 2)}`],
  ['1234,50 ₽', (x) => `${fixed(x, 2, ',')} ₽`],
  ['US$1,234.50', (x) => `US$${fixed(x, 2, '.', ',')}`],
  ['USD 1,234.50', (x) => `USD ${fixed(x, 2, '.', ',')}`],
  ['1.234,50 EUR', (x) => `${fixed(x, 2, ',', '.')} EUR`],
  ['1 234,50 kr', (x) => `${fixed(x, 2, ',', ' ')} kr`],
  ["CHF 1'234.50", (x) => `CHF ${fixed(x, 2, '.', "'")}`],
  ['($1,234.50)', (x) => `($${fixed(x, 2, '.', ',')})`],
  ['+$1,234.50', (x) => `+$${fixed(x, 2, '.', ',')}`],
  ['$-1,234.50', (x) => `$-${fixed(x, 2, '.', ',')}`],
];

/** Whole amounts. */
export const wholeSums = [1200, 15, 3, 999, 1250000, 87654, 410, 6000];
export const wholeFormats: readonly Format<number>[] = [
  ['$1,200', (x) => `$${fixed(x, 0, '.', ',')}`],
  ['$1200', (x) => `$${x}`],
  ['£1,200', (x) => `£${fixed(x, 0, '.', ',')}`],
  ['¥1,200', (x) => `¥${fixed(x, 0, '.', ',')}`],
  ['1200 €', (x) => `${x} €`],
  ['1 200 €', (x) => `${fixed(x, 0, '.', ' ')} €`],
  // 1.250.000 and 1,250,000 show what the sign is
  ['1.200 €', (x) => `${fixed(x, 0, '.', '.')} €`],
  ['€1,200', (x) => `€${fixed(x, 0, '.', ',')}`],
];

export const shares = [10, 12.5, 0.25, 99, 100, 3.75, 47, 150];
export const shareFormats: readonly Format<number>[] = [
  ['12.5%', (x) => `${x}%`],
  ['12.50%', (x) => `${fixed(x, 2)}%`],
  ['12.50 %', (x) => `${fixed(x, 2)} %`],
  ['12,5 %', (x) => `${String(x).replace('.', ',')} %`],
  ['12,50%', (x) => `${fixed(x, 2, ',')}%`],
  ['-12.5%', (x) => `-${x}%`],
  ['12.500%', (x) => `${fixed(x, 3)}%`],
  ['13%', (x) => `${Math.round(x)}%`],
  ['+12.5%', (x) => `+${x}%`],
  ['12.5 percent', (x) => `${x} percent`],
];

/** Columns of texts that are no amounts. */
export const noAmounts: readonly string[] = [
  'A$AP, Ke$ha, $HOME, $PATH, Micro$oft, $1m',
  '50% off, 20% off, 10% off, 70% off, 5% off, 30% off',
  '10-20%, 20-30%, 30-40%, 40-50%, 5-10%, 0-5%',
  '<5%, <10%, >20%, >50%, <1%, >90%',
  '$10-$20, $20-$50, $50+, $5-$10, $100+, $0-$5',
  '$1.2M, $3.4M, $120K, $15K, $2B, $7M',
  '$5/h, $12/h, $20/h, $7/h, $9/h, $15/h',
  '$1,23, $4,56, $7,89, $1,2,3, $10,00, $1,5',
  '$1.234, $2.345, $3.456, $4.567, $5.678, $6.789',
  '1.234 €, 2.345 €, 3.456 €, 4.567 €, 5.678 €, 6.789 €',
  '1,234 €, 2,345 €, 3,456 €, 4,567 €, 5,678 €, 6,789 €',
  '1,234%, 2,345%, 3,456%, 4,567%, 5,678%, 6,789%',
  '$1, €2, £3, $4, €5, £6',
  '$1.50, 1.50 $, $2, 2 $, $3, 3 $',
  '$, €, £, ¥, %, ₹',
  '%20, %41, %0A, %7E, %2F, %3A',
  '5 ‰, 7 ‰, 12 ‰, 3 ‰, 9 ‰, 1 ‰',
  '12 kg, 15 kg, 7.5 kg, 3 kg, 120 kg, 1 kg',
  '21.5 °C, 19 °C, 3 °C, 22 °C, 18.5 °C, 0 °C',
  '12.50, 13.75, 9.99, 100.00, 5.25, 3.10',
  '1,234, 5,678, 9,012, 3,456, 7,890, 1,111',
  '1.2.3, 1.2.4, 2.0.0, 2.1.0, 3.0.1, 4.5.6',
  '10/20, 15/20, 8/10, 3/5, 1/2, 7/8',
  'AB-123, CD-456, EF-789, GH-012, IJ-345, KL-678',
  '555-1234, 555-9876, 555-1111, 555-2222, 555-3333, 555-4444',
  '192.168.0.1, 10.0.0.1, 172.16.0.1, 127.0.0.1, 8.8.8.8, 1.1.1.1',
  'free, $5, $10, free, $20, $3',
  'n/a, 10%, 20%, 30%, n/a, 5%',
  '$$, $, $$$, $$$$, €, €€',
  '2 for $5, 3 for $10, 2 for $7, 4 for $9, 2 for $3, 5 for $6',
  '10%ile, 20%ile, 30%ile, 40%ile, 50%ile, 60%ile',
  '#12, #34, #56, #78, #90, #11',
  '1e3 $, 2e4 $, 5e2 $, 1e6 $, 3e1 $, 7e2 $',
  '0x1F, 0xA0, 0xFF, 0x10, 0x7E, 0x00',
  '12:30, 13:45, 09:15, 00:00, 23:59, 18:20',
];

/** Days in all months, before and after the 12th. */
export const days = [
  '2024-05-03',
  '2023-12-31',
  '2024-01-15',
  '1999-11-07',
  '2024-08-22',
  '2020-02-29',
  '2024-06-10',
  '2021-09-01',
  '1985-03-12',
  '2010-07-04',
  '2015-10-30',
  '2018-04-18',
].map((text) => new Date(`${text}T00:00Z`));

const MONTHS = 'January,February,March,April,May,June,July,August,September,October,November,December'.split(',');
const parts = (date: Date) => {
  const [y, m, d] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  const two = (n: number): string => String(n).padStart(2, '0');
  return { y, m, d, mm: two(m), dd: two(d), long: MONTHS[m - 1]!, short: MONTHS[m - 1]!.slice(0, 3) };
};
const day = (name: string, write: (all: ReturnType<typeof parts>) => string): Format<Date> => [
  name,
  (date) => write(parts(date)),
];
export const dayFormats: readonly Format<Date>[] = [
  day('DD.MM.YYYY', ({ dd, mm, y }) => `${dd}.${mm}.${y}`),
  day('D.M.YYYY', ({ d, m, y }) => `${d}.${m}.${y}`),
  day('DD/MM/YYYY', ({ dd, mm, y }) => `${dd}/${mm}/${y}`),
  day('M/D/YYYY', ({ d, m, y }) => `${m}/${d}/${y}`),
  day('MM/DD/YYYY', ({ dd, mm, y }) => `${mm}/${dd}/${y}`),
  day('DD-MM-YYYY', ({ dd, mm, y }) => `${dd}-${mm}-${y}`),
  day('YYYY/MM/DD', ({ dd, mm, y }) => `${y}/${mm}/${dd}`),
  day('YYYY.MM.DD', ({ dd, mm, y }) => `${y}.${mm}.${dd}`),
  day('YYYY/M/D', ({ d, m, y }) => `${y}/${m}/${d}`),
  day('YYYY-M-D', ({ d, m, y }) => `${y}-${m}-${d}`),
  day('D MMM YYYY', ({ d, short, y }) => `${d} ${short} ${y}`),
  day('DD MMM YYYY', ({ dd, short, y }) => `${dd} ${short} ${y}`),
  day('D MMMM YYYY', ({ d, long, y }) => `${d} ${long} ${y}`),
  day('MMM D, YYYY', ({ d, short, y }) => `${short} ${d}, ${y}`),
  day('MMMM D, YYYY', ({ d, long, y }) => `${long} ${d}, ${y}`),
  day('MMM DD YYYY', ({ dd, short, y }) => `${short} ${dd} ${y}`),
  day('DD-MMM-YYYY', ({ dd, short, y }) => `${dd}-${short}-${y}`),
  day('DD/MMM/YYYY', ({ dd, short, y }) => `${dd}/${short}/${y}`),
  day('D. MMMM YYYY', ({ d, long, y }) => `${d}. ${long} ${y}`),
  day('YYYY-MMM-DD', ({ dd, short, y }) => `${y}-${short}-${dd}`),
  day('YYYY MMMM D', ({ d, long, y }) => `${y} ${long} ${d}`),
  // these come back in another form
  day('DD-MMM-YYYY in capitals', ({ dd, short, y }) => `${dd}-${short.toUpperCase()}-${y}`),
  day('d mmm yyyy in small letters', ({ d, short, y }) => `${d} ${short.toLowerCase()} ${y}`),
  day('MMM. D, YYYY', ({ d, short, y }) => `${short}. ${d}, ${y}`),
  day('Wed, D MMM YYYY', ({ d, short, y }) => `Wed, ${d} ${short} ${y}`),
  day('MMMM Dth, YYYY', ({ d, long, y }) => `${long} ${d}th, ${y}`),
  day('YYYYMMDD', ({ dd, mm, y }) => `${y}${mm}${dd}`),
  day('MM/YYYY', ({ mm, y }) => `${mm}/${y}`),
  day('MMM YYYY', ({ short, y }) => `${short} ${y}`),
  day('DD.MM.YYYY hh:mm', ({ dd, mm, y }) => `${dd}.${mm}.${y} 14:05`),
  day('M/D/YYYY h:mm', ({ d, m, y }) => `${m}/${d}/${y} 2:05 PM`),
  day('D. M. YYYY', ({ d, m, y }) => `${d}. ${m}. ${y}`),
];

/** Columns of texts that are no days, or do not say which. */
export const noDays: readonly string[] = [
  '3/4/2024, 1/2/2024, 5/6/2023, 7/8/2022, 9/10/2021, 11/12/2020',
  '3.5.2024, 4.6.2024, 1.1.2023, 2.2.2022, 9.9.2021, 12.12.2020',
  '13/14/2024, 25/26/2023, 31/13/2020, 14/15/2019, 20/21/2018, 17/18/2017',
  '31/02/2024, 30/02/2023, 31/04/2020, 31/06/2019, 31/09/2018, 31/11/2017',
  '13/5/2024, 5/13/2024, 4/22/2023, 22/4/2023, 1/31/2022, 31/1/2022',
  '13-5/2024, 22-4/2023, 31-1/2022, 14-7/2021, 25-12/2020, 17-6/2019',
  '30 February 2024, 3 May 2024, 4 June 2023, 5 July 2022, 6 August 2021, 7 March 2020',
  '3 Mai 2024, 4 Juin 2023, 5 Juillet 2022, 6 Mars 2021, 7 Avril 2020, 8 Janvier 2019',
  '3 Maj 2024, 4 Okt 2023, 5 Dez 2022, 6 Mars 2021, 7 Mai 2020, 8 Okt 2019',
  '3 Cats 2024, 4 Dogs 2023, 5 Mice 2022, 6 Hens 2021, 7 Cows 2020, 8 Pigs 2019',
  'May 2024, June 2023, July 2022, March 2021, August 2020, April 2019',
  'May 12, June 3, July 30, March 1, August 9, April 22',
  'Mar 2024 12, Jun 2023 3, Jul 2022 30, May 2021 1, Aug 2020 9, Apr 2019 22',
  'Room 12, 2024; Room 3, 2023; Room 30, 2022; Hall 1, 2021; Hall 9, 2020; Lab 22, 2019',
  'April, May, June, August, March, July',
  'April Smith 1999, June Jones 1985, May Brown 1990, August Hill 1977, June Lee 2001, May King 1969',
  '12-34-5678, 98-76-5432, 55-44-3333, 21-43-6587, 11-22-3344, 67-89-1234',
  '555-12-3456, 555-98-7654, 123-45-6789, 987-65-4321, 111-22-3333, 444-55-6666',
  '01 42 2024, 01 43 2025, 02 44 2026, 03 45 2027, 04 46 2028, 05 47 2029',
  '1.2.3, 1.2.4, 2.0.0, 2.1.0, 3.0.1, 4.5.6',
  '1.2.1000, 1.2.1001, 2.0.2000, 2.1.2001, 3.0.3000, 4.5.4000',
  '192.168.0.1, 10.0.0.1, 172.16.0.1, 127.0.0.1, 8.8.8.8, 1.1.1.1',
  '2023/24, 2022/23, 2021/22, 2020/21, 2019/20, 2018/19',
  '1990-2000, 2000-2010, 2010-2020, 1980-1990, 1970-1980, 1960-1970',
  '24/7, 12/5, 8/5, 10/6, 9/5, 16/7',
  '10x20x3000, 5x5x2000, 1x2x1000, 3x4x5000, 6x7x8000, 9x9x9000',
  '12/0345/2024, 13/0346/2024, 14/0347/2023, 15/0348/2022, 16/0349/2021, 17/0350/2020',
  '2024/13/01, 2024/14/02, 2024/15/03, 2023/16/04, 2023/17/05, 2023/18/06',
  '2024/31/01, 2024/30/02, 2024/29/03, 2023/28/04, 2023/27/05, 2023/26/06',
  '14:05, 15:30, 09:15, 00:00, 23:59, 18:20',
  'Q1 2024, Q2 2024, Q3 2023, Q4 2022, Q1 2021, Q2 2020',
  'W12 2024, W13 2024, W14 2023, W15 2022, W16 2021, W17 2020',
  'tomorrow, yesterday, today, Monday, Friday, soon',
  '978-3-16-148410-0, 978-0-13-110362-7, 978-1-49-195016-0, 978-0-26-203384-8, 0-306-40615-2, 0-8044-2957-X',
  // taken for days, as nothing but their meaning says otherwise
  '15-03-1234, 22-11-4567, 31-12-8901, 07-07-1111, 13-05-2345, 28-02-6789',
  '12/2024/05, 13/2024/06, 14/2023/07, 15/2022/08, 16/2021/09, 17/2020/10',
];
/** Days with years of two digits. */
export const shortYears: readonly Format<Date>[] = [
  day('DD.MM.YY', ({ dd, mm, y }) => `${dd}.${mm}.${String(y).slice(2)}`),
  day('M/D/YY', ({ d, m, y }) => `${m}/${d}/${String(y).slice(2)}`),
  day('DD-MM-YY', ({ dd, mm, y }) => `${dd}-${mm}-${String(y).slice(2)}`),
  day('D MMM YY', ({ d, short, y }) => `${d} ${short} ${String(y).slice(2)}`),
  day('DD-MMM-YY', ({ dd, short, y }) => `${dd}-${short}-${String(y).slice(2)}`),
  day('MMM D, YY', ({ d, short, y }) => `${short} ${d}, ${String(y).slice(2)}`),
];

/** Columns of two numbers or names with two digits, which are not days. */
export const noShortYears: readonly string[] = [
  '10-20-30, 15-25-35, 20-30-40, 25-35-45, 12-24-36, 40-50-60',
  '1.2.3, 1.2.10, 2.0.11, 2.1.12, 3.0.13, 4.5.16',
  '24/7, 12/5, 8/5, 10/6, 9/5, 16/7',
  '36-24-36, 34-26-38, 32-22-34, 38-28-40, 35-25-37, 33-23-35',
  '12-34-56, 98-76-54, 11-22-33, 44-55-66, 77-88-99, 20-30-40',
  'May-24, Jun-23, Jul-22, Mar-21, Aug-20, Apr-19',
  '14:05:30, 15:30:12, 09:15:44, 00:00:01, 23:59:59, 18:20:10',
  '3/4, 1/2, 5/8, 7/8, 9/16, 11/16',
  // taken for days, as nothing but their meaning says otherwise
  '10-10-12, 12-12-14, 8-8-10, 6-8-12, 10-12-14, 5-10-15',
];

import { type Refusal, refuse } from '../refusal.ts';

/** The provinces that give filing numbers, by their one-character names. */
const provinces = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼';

/**
 * Forms of a number: 京ICP备12345678号-1 (a filing; ten digits begin with the year), 京ICP证030173号 (a licence),
 * 京B2-20090059-1 and 合字B2-20090059 (licences of a telecommunications business). `-1` counts the sites of one filer.
 */
const forms = [
  new RegExp(`^[${provinces}]ICP备(?:\\d{8}|(?:19|20)\\d{8})号(?:-[1-9]\\d{0,3})?$`),
  new RegExp(`^[${provinces}]ICP证(?:[AB][12]-)?\\d{6,8}号(?:-[1-9]\\d{0,3})?$`),
  new RegExp(`^(?:[${provinces}]|合字)[AB][12]-(?:19|20)\\d{6}(?:-[1-9]\\d{0,3})?$`),
];

/**
 * A filing number (备案号) as it is kept, or what would be one. Full-width characters, spaces and small letters are
 * read as they are meant. Whether it was given to this domain only the ministry's register can tell.
 */
export function readFiling(input: string, path = 'filing'): string | Refusal {
  const number = input.normalize('NFKC').replace(/\s/g, '').replace(/[—–]/g, '-').toUpperCase();
  if (number.length <= 40 && forms.some((form) => form.test(number))) return number;
  return refuse('filing-invalid', path, 'a filing number such as 京ICP备12345678号-1');
}

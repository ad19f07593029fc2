import type { MineFacts } from '../src/subgraphs/registry/mine.js';
import { creditCode } from './demo-names.js';

/**
 * A fictional mine where the areas of the public notice 辽采协示字〔2025〕54号 lie (Haicheng, Liaoning), without
 * any permitted area: importing the notice gives it its first. `minebound import` finds it by its location.
 */
export const noticeMine = (): MineFacts => ({
  code: 'DEMO-210381-NOTICE',
  name: '示范海城公告导入菱镁矿',
  resource: 'NON_METAL',
  method: 'OPEN_PIT',
  scale: 'MEDIUM',
  status: 'PRODUCING',
  capacityTonnesPerYear: 500_000,
  location: { type: 'Point', coordinates: [122.687, 40.701] },
  divisionCode: '210381',
  operatorName: '示范海城公告导入矿业有限公司',
  operatorCreditCode: creditCode('210381', 99),
});

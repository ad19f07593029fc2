// Writes the configuration table into both READMEs, from SETTINGS in src/settings.ts: npx tsx scripts/configuration-table.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { SETTINGS } from '../src/settings.js';

/** What the Chinese README says of each setting; the type demands one for every setting. */
const CHINESE: Readonly<Record<keyof typeof SETTINGS, string>> = {
  HOST: '监听地址。未配置身份认证时，除回环地址外都须同时设置 `MINEBOUND_ANONYMOUS_ADMIN=true`。',
  PORT: '监听端口；0 表示任选空闲端口。',
  DATABASE_URL: 'PostgreSQL 15+ 与 PostGIS 3.3+ 的连接串；不设则使用内嵌数据库。',
  DATABASE_POOL: '本进程最多占用的数据库连接数，至少为 2。',
  JUDGING_CONNECTIONS: '本进程同时研判一次运行的几个部分；嵌入式数据库一次只研判一个。',
  MINEBOUND_DATA_DIR: '内嵌数据库所在目录。',
  MINEBOUND_SEED: '启动时空登记库装入的内容：`demo`（演示数据）或 `none`（不装）。',
  MINEBOUND_EXTENT: '几何必须位于其中的范围 `西,南,东,北`（度）；`world` 表示不限。',
  MINEBOUND_ANONYMOUS_ADMIN: '允许凡能访问非回环端口者皆为管理员，例如容器把端口只发布到本机回环地址时。',
  MINEBOUND_SUBGRAPH_ENDPOINTS: '`all` 角色下是否提供各子图的 `/subgraphs/<名称>/graphql`。',
  MINEBOUND_SUBGRAPH_URLS: '`gateway` 角色：要转发到的子图，写作 `名称=地址`，以逗号分隔。',
  MINEBOUND_SUPERGRAPH: '代替内置超图的超图 SDL 文件路径，用于接入合作方子图。',
  MINEBOUND_HMAC_SECRET: '网关对发往子图的请求签名所用的共享密钥；设置后子图拒绝未签名的请求。',
  WEBHOOK_ALLOWED_NETWORKS:
    '除公网地址外，允许向其发送 Webhook 的网段，如 `10.20.0.0/16,fd00:1::/32`；只有这些网段可用明文 http。',
  WEBHOOK_DEADLINE_MS: '单次 Webhook 投递的最长时间（毫秒）。',
  WEBHOOK_HISTORY_DAYS: '投递记录的保留天数。',
  NATS_URL:
    'NATS 服务器地址，日志中的每个事件都发布到其 JetStream，如 `nats://user:password@nats.example:4222`。',
  NATS_STREAM: '要发布到的 JetStream 流；不存在则自动创建。',
  NATS_SUBJECT: '主题前缀：`<前缀>.<事件类型>`，如 `minebound.mine.updated`。',
  MQTT_URL: 'MQTT 代理地址，日志中的每个事件都发布到此，如 `mqtts://user:password@broker.example`。',
  MQTT_TOPIC: '主题前缀：`<前缀>/<区划代码或 ->/<事件类型>`。',
  EVENTS_RETENTION_DAYS: '事件在日志中的保留天数；按整月删除，0 表示永久保留。',
  EVENTS_HEARTBEAT_MS: '订阅者收到心跳（含当前游标）的间隔（毫秒）。',
  EVENTS_POLL_MS: '未收到变更通知时查看事件日志的间隔（毫秒）。',
  EVENTS_QUEUE: '读取缓慢的订阅者最多可积压的事件数，超过即以 SLOW_CONSUMER 结束。',
  CHROMIUM_PATH: '把证据报告打印成 PDF 的 Chromium；`none` 表示只出 HTML。',
  LIMIT_DEPTH: '查询选择集的最大深度。',
  LIMIT_ALIASES: '一个操作中别名的最大个数。',
  LIMIT_COST: '一个操作的最大估算成本：字段数乘以其外层列表的大小。',
  LIMIT_BODY_BYTES: '请求体的最大字节数。',
  LIMIT_TIMEOUT_MS: '单个请求的最长处理时间，也是下载中无数据可发的最长时间（毫秒）。',
  LOG_LEVEL: '写出的最低日志级别。',
  DEBUG_SQL: '设为 1 时记录每条 SQL 及其参数和用时。',
};

const CHINESE_DEFAULTS: Readonly<Record<string, string>> = {
  '(found on PATH)': '（在 PATH 中查找）',
  '(embedded)': '（内嵌）',
  '(none)': '（无）',
  '(built in)': '（内置）',
};

export type Language = 'en' | 'zh';

export const READMES: Readonly<Record<Language, string>> = { en: 'README.md', zh: 'README.zh-CN.md' };

/** The table as Markdown. */
export function configurationTable(language: Language): string {
  const head = language === 'en' ? '| Variable | Default | Meaning |' : '| 环境变量 | 默认值 | 含义 |';
  const rows = Object.entries(SETTINGS).map(([name, { defaultText, description }]) => {
    const chinese = CHINESE[name as keyof typeof SETTINGS];
    const fallback = language === 'zh' ? CHINESE_DEFAULTS[defaultText] : undefined;
    const shown = defaultText.startsWith('(') ? (fallback ?? defaultText) : `\`${defaultText}\``;
    return `| \`${name}\` | ${shown} | ${language === 'en' ? description : chinese} |`;
  });
  return [head, '|---|---|---|', ...rows].join('\n');
}

const BETWEEN_MARKERS = /(<!-- configuration -->\n)[\s\S]*?(<!-- \/configuration -->)/;

/** The README with its table brought up to date. */
const withTable = (readme: string, language: Language): string =>
  readme.replace(BETWEEN_MARKERS, (_all, start, end) => `${start}${configurationTable(language)}\n${end}`);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [language, path] of Object.entries(READMES)) {
    writeFileSync(path, withTable(readFileSync(path, 'utf8'), language as Language));
  }
}

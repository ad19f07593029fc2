/** What somebody finds who opens a pack without knowing what it is. */
export const READ_ME = `证据包 / Evidence pack

manifest.json    本包全部文件及其 SHA-256，以及与前一证据包的链接
                 all files of this pack with their SHA-256, and the link to the pack before
signature.json   清单的 Ed25519 签名与公钥 / the manifest's Ed25519 signature, and the public key
report.html      两页报告（中文、英文），可打印；有 Chromium 时另附 report.pdf
                 report in two pages, Chinese and English, for print; report.pdf where a Chromium was at hand
map.svg          平面图，坐标为判定所用平面 / map in the plane of judging
facts/           判定所依据的全部数据，几何为十六进制 EWKB；permitted-areas.json 含签发时的拐点坐标
                 everything the verdict rests on, geometries in hex EWKB; permitted-areas.json holds the corners as issued
geojson/         同样的几何，GeoJSON（CGCS2000 经纬度） / the same geometries as GeoJSON (longitude, latitude, CGCS2000)
sql/             判定语句原文 / the statements by which was judged

核验 / To check it:

  minebound verify <this file>.zip

核验不需要任何数据库或网络：先核对每一个字节，再在空数据库上重新判定并逐项比较。
No database and no network are needed: every byte is checked, then the verdict is reached again on an empty database
and compared in every part.

证据包编号即 manifest.json 的 SHA-256。请向签发机关核对公钥编号（signature.json 中的 keyId）。
The pack's digest is the SHA-256 of manifest.json. Ask the issuing agency whether the key (keyId in signature.json) is theirs.
`;

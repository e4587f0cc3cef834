/** The page's style: one column, light or dark as the reader's system has it, charts in the width that fits. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1c2430;--soft:#5b6675;--line:#dde2e9;--observed:#3b76c4;--p99:#b4531a;--predicted:#111;--bad:#c02f2f;--good:#23793f;--warn:#8a5a00;--card:#f6f8fa}
@media (prefers-color-scheme:dark){:root{--paper:#14181e;--ink:#e6eaf0;--soft:#9aa6b5;--line:#313945;--observed:#6ea3e8;--p99:#f0a063;--predicted:#fff;--bad:#ff8080;--good:#6fd08c;--warn:#e6b450;--card:#1c222b}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:1000px;margin:0 auto;padding:20px}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:1.25rem;margin:40px 0 4px;padding-top:16px;border-top:1px solid var(--line);overflow-wrap:anywhere}
h3{font-size:1rem;margin:24px 0 4px}
p{margin:4px 0 8px;overflow-wrap:anywhere}
.soft{color:var(--soft)}
.good{color:var(--good);font-weight:600}.bad{color:var(--bad);font-weight:600}.warn{color:var(--warn);font-weight:600}
dl.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(130px,1fr));gap:8px;margin:12px 0}
dl.figures div{background:var(--card);border-radius:6px;padding:8px 12px}
dl.figures dt{color:var(--soft);font-size:.8rem}
dl.figures dd{margin:0;font-size:1.15rem;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.85rem;margin:4px 0 12px}
th,td{text-align:left;padding:4px 10px 4px 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:600}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
details summary{cursor:pointer;color:var(--soft);margin:4px 0}
svg{display:block;max-width:100%;height:auto}
svg.narrow{display:none}
@media (max-width:700px){main{padding:20px 20px}svg.wide{display:none}svg.narrow{display:block}}
@media print{svg.narrow{display:none}svg.wide{display:block}}
svg text{font:12px system-ui,sans-serif;fill:var(--soft)}
svg .grid{stroke:var(--line);stroke-width:1}
svg .observed{fill:var(--observed)}
svg .failed{fill:var(--bad)}
svg .line{fill:none;stroke-width:2;stroke-linejoin:round}
svg .p50.line{stroke:var(--observed)}
svg .p99.line{stroke:var(--p99);stroke-dasharray:6 3}
svg .p50.dot{fill:var(--observed)}svg .p99.dot{fill:var(--p99)}
svg .moment{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3}
svg .moment.p50,svg .moment.p99{stroke:var(--ink);stroke-dasharray:none}
svg .predicted{stroke:var(--predicted);stroke-width:3}
svg .interval{stroke:var(--ink);stroke-width:1.2;fill:none;opacity:.7}
svg .mark{fill:none;stroke-width:2.5}
svg .added{stroke:var(--good)}svg .removed{stroke:var(--bad)}svg .changed{stroke:var(--warn)}
.key{font-size:.85rem;color:var(--soft);margin:2px 0}
.key i{display:inline-block;width:22px;height:0;border-top:3px solid var(--observed);vertical-align:middle;margin:0 4px 0 12px}
.key i:first-child{margin-left:0}
.key i.p99{border-top:3px dashed var(--p99)}.key i.box{border-top-width:10px}.key i.bad{border-top:10px solid var(--bad)}.key i.predicted{width:0;height:14px;border:0;border-left:3px solid var(--predicted)}
`;

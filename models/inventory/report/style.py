# SPDX-License-Identifier: GPL-2.0-or-later
"""How a report looks, on screen and on A4."""

STYLE = """
*{box-sizing:border-box}
body{margin:0;background:#eceff0;color:#22303a;font:15px/1.5 "Source Sans 3","Noto Sans","Segoe UI","Helvetica Neue",
Arial,"Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei","PingFang SC","WenQuanYi Micro Hei",sans-serif}
main{max-width:960px;margin:0 auto;padding:40px 56px 48px;background:#fff}
h1{margin:2px 0 6px;font-size:31px;line-height:1.2;font-weight:650;overflow-wrap:anywhere}
h2{margin:38px 0 12px;padding-bottom:5px;border-bottom:2px solid #22303a;font-size:19px;line-height:1.3}
h3{margin:0 0 6px;font-size:14px}
p{margin:8px 0}
.eyebrow{margin:0;color:#b5410c;font-size:13px;font-weight:650;letter-spacing:.06em}
.quiet,figcaption{color:#5f6d76;font-size:13px;line-height:1.45}
.quiet{overflow-wrap:anywhere}
.keys{display:flex;flex-wrap:wrap;margin:24px 0 8px;border-top:2px solid #22303a;border-bottom:1px solid #c9d0d3}
.key{flex:1 1 106px;padding:12px 12px 11px 0}
.key b{display:block;font-size:24px;line-height:1.15;font-weight:650;white-space:nowrap}
.key small{font-size:13px;font-weight:400;color:#5f6d76}
.key span{color:#5f6d76;font-size:13px}
.remarks{margin:14px 0 0;padding:9px 16px;border-left:4px solid #e0a100;background:#fdf6e3;font-size:14px}
.remarks p{margin:3px 0}
.pair{margin:0 -14px}
.pair>figure{display:inline-block;width:50%;padding:0 14px;vertical-align:top}
figure{margin:12px 0;break-inside:avoid;page-break-inside:avoid}
svg{display:block;width:100%;height:auto;font-family:inherit}
figcaption{margin-top:4px}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums;line-height:1.35}
th,td{padding:5px 10px 5px 0;text-align:left;vertical-align:top;border-bottom:1px solid #dfe4e6}
th{color:#5f6d76;font-size:12.5px;font-weight:600;vertical-align:bottom}
thead th{border-bottom:1px solid #22303a}
td{overflow-wrap:anywhere}
.n{text-align:right;white-space:nowrap}
tfoot td{border-top:1px solid #22303a;border-bottom:0;font-weight:650}
.facts th{width:11em}
.largest{font-size:12.5px}
li{margin:5px 0}
ul{padding-left:20px}
@media(max-width:640px){.pair>figure{width:100%}main{padding:20px 16px}h1{font-size:25px}}
@media print{@page{size:A4;margin:15mm 14mm}body{background:#fff;font-size:10pt}main{max-width:none;padding:0}
h2{break-after:avoid;page-break-after:avoid;margin-top:22px}.scroll{overflow:visible}tr,.short,.facts,.remarks,.keys,li{break-inside:avoid;
page-break-inside:avoid}.key b{font-size:19pt}thead{display:table-header-group}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""

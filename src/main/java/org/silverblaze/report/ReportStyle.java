package org.silverblaze.report;

/** The style sheet of the report: one column to read, contents at the side where there is room, black on white when printed. */
final class ReportStyle {
    static final String CSS = """
            :root{color-scheme:light dark;--paper:#fff;--ink:#1b1b1f;--faint:#6d6d75;--line:#e4e4e8;--soft:#f5f5f8;--link:#005a9c;--good:#00694c}
            @media (prefers-color-scheme:dark){@media screen{:root{--paper:#17181c;--ink:#e6e6ea;--faint:#9b9ba5;--line:#33353c;--soft:#212329;--link:#7cc4f5;--good:#58d6ac}}}
            *{box-sizing:border-box}
            body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif}
            main{max-width:1080px;margin:0 auto;padding:2rem 1.25rem 5rem}
            main p,main ul,main ol,main pre,figcaption,caption{max-width:760px}
            h1{font-size:1.9rem;line-height:1.2;margin:.5rem 0}
            h2{font-size:1.35rem;margin:2.8rem 0 .6rem;padding-top:.7rem;border-top:1px solid var(--line)}
            h3{font-size:1.08rem;margin:1.8rem 0 .4rem}
            .no{color:var(--faint);font-weight:400;margin-right:.15em}
            .subtitle{color:var(--faint);margin:0 0 1.5rem}
            a{color:var(--link)}sub{line-height:0;font-size:.75em}
            nav{max-width:1080px;margin:0 auto;padding:1.5rem 1.25rem 0;font-size:.88rem}
            nav p{margin:0 0 .3rem;font-weight:600}nav ul{list-style:none;margin:0;padding:0}nav li.h3{padding-left:1.2em}
            nav a{text-decoration:none;color:inherit}nav a:hover{text-decoration:underline}
            @media screen and (min-width:1180px){body{display:grid;grid-template-columns:250px minmax(0,1fr)}
            nav{position:sticky;top:0;max-height:100vh;overflow:auto;margin:0;padding:2.6rem 1rem 2rem 1.5rem;align-self:start}main{margin:0;padding-left:2rem}}
            code{font:.88em ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;background:var(--soft);padding:.1em .3em;border-radius:3px}
            pre{background:var(--soft);padding:.8rem 1rem;border-radius:6px;overflow:auto;line-height:1.4}pre code{background:none;padding:0}
            .note{border-left:4px solid #d55e00;background:var(--soft);padding:.6rem 1rem;border-radius:0 6px 6px 0}
            .table{overflow-x:auto;margin:1.4rem 0}
            table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;min-width:50%}
            caption{text-align:left;padding-bottom:.5rem;line-height:1.4}
            thead th{border-bottom:1.5px solid var(--ink);text-align:left;vertical-align:bottom}
            th,td{padding:.28rem .8rem .28rem .3rem;white-space:nowrap}
            tbody tr{border-bottom:1px solid var(--line)}tbody tr:last-child{border-bottom:1.5px solid var(--ink)}
            th.num,td.num{text-align:right}
            .na{color:var(--faint);opacity:.75}.best{font-weight:650;color:var(--good)}.best{position:relative}.star{position:absolute;right:.05em;font-size:.7em}
            .facts th{text-align:left;font-weight:500;color:var(--faint);white-space:nowrap;vertical-align:top}.facts td{white-space:normal;overflow-wrap:anywhere}
            .facts tbody tr:last-child{border-bottom:0}
            .key{display:flex;flex-wrap:wrap;gap:.8rem;margin:1.2rem 0}.key div{background:var(--soft);border-radius:8px;padding:.6rem 1rem;flex:1 1 9rem}
            .key dt{color:var(--faint);font-size:.82rem}.key dd{margin:0;font-size:1.35rem;font-weight:600;font-variant-numeric:tabular-nums}
            figure{margin:1.6rem 0}figcaption{font-size:.92rem;line-height:1.45;margin-top:.4rem}
            .drawings{display:flex;flex-wrap:wrap;gap:1rem}.drawing{flex:0 1 auto;min-width:0;max-width:100%}.drawing p{margin:0 0 .2rem;font-size:.9rem;font-weight:600}
            svg{max-width:100%;height:auto;display:block}
            .files,.files a{font-size:.8rem;color:var(--faint)}.files{margin:.3rem 0 0}
            details{margin:.8rem 0}summary{cursor:pointer}details pre{max-height:24rem}
            @media print{body{font-size:10.5pt}main{max-width:none;padding:0}nav{padding:0 0 1rem}.files,details{display:none}
            figure,.table,pre,tr{break-inside:avoid}h2,h3{break-after:avoid}thead{display:table-header-group}a{color:inherit;text-decoration:none}pre{white-space:pre-wrap}.table{overflow:visible}th,td{white-space:normal}}
            """;

    private ReportStyle() {}
}

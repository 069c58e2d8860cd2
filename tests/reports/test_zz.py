from pathlib import Path


def test_x(worked_plan, report, compilation, plan_document):
    from reports.pdf import render_pdf
    from reports.documents.blocks import text_of

    Path("/tmp/rep/report.pdf").write_bytes(render_pdf(report))
    with compilation.exports.get().file.open() as f:
        Path("/tmp/rep/out.xlsx").write_bytes(f.read())
    print(text_of(report.body))
    import time

    t = time.time()
    render_pdf(report)
    print(time.time() - t)
    from reports.rules.lint import lint

    for f in lint(plan_document):
        print(f)
    for f in lint(report):
        print(f)

"""Checks a Parquet file with pandera or Great Expectations and prints seconds and faults as JSON.

The table is in memory before the clock starts, as it is for Cellar. Each looks at all
rows and gives the rows that fail: pandera with lazy=True, Great Expectations with
unexpected indexes (result_format COMPLETE).
"""
import json, logging, sys, time, warnings
import pandas as pd

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
name, path = sys.argv[1:]
df = pd.read_parquet(path)
WORDS = ["red", "white", "rose", "sparkling"]
CODE = "[A-Z]{2}-[0-9]{6}"
cats = [f"c{i}" for i in range(4)]
ints = [f"n{i}" for i in range(4)]
floats = [f"x{i}" for i in range(10)]

def pandera():
    import pandera.pandas as pa
    columns = {
        "id": pa.Column("int64", unique=True, nullable=False),
        "code": pa.Column(str, pa.Check.str_matches(CODE + "$"), nullable=False),
        **{c: pa.Column(str, pa.Check.isin(WORDS), nullable=False) for c in cats},
        **{c: pa.Column("int64", pa.Check.in_range(0, 999), nullable=False) for c in ints},
        **{c: pa.Column("float64", [pa.Check.in_range(-5, 5), pa.Check(lambda s: s.isna().mean() <= 0.05, ignore_na=False)], nullable=True) for c in floats},
    }
    schema = pa.DataFrameSchema(columns)
    start = time.perf_counter()
    try:
        schema.validate(df, lazy=True)
        faults = 0
    except pa.errors.SchemaErrors as e:
        faults = len(e.failure_cases)
    return time.perf_counter() - start, faults

def great_expectations():
    import great_expectations as gx
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = context.data_sources.add_pandas("p").add_dataframe_asset("a").add_batch_definition_whole_dataframe("b")
    suite = gx.ExpectationSuite(name="s")
    add = suite.add_expectation
    E = gx.expectations
    for c in df.columns:
        add(E.ExpectColumnValuesToBeOfType(column=c, type_="int64" if c in ints + ["id"] else "float64" if c in floats else "str"))
        add(E.ExpectColumnValuesToNotBeNull(column=c, mostly=0.95 if c in floats else 1.0))
    add(E.ExpectColumnValuesToBeUnique(column="id"))
    add(E.ExpectColumnValuesToMatchRegex(column="code", regex="^" + CODE + "$"))
    for c in cats: add(E.ExpectColumnValuesToBeInSet(column=c, value_set=WORDS))
    for c in ints: add(E.ExpectColumnValuesToBeBetween(column=c, min_value=0, max_value=999))
    for c in floats: add(E.ExpectColumnValuesToBeBetween(column=c, min_value=-5, max_value=5))
    suite = context.suites.add(suite)
    v = context.validation_definitions.add(gx.ValidationDefinition(name="v", data=batch, suite=suite))
    start = time.perf_counter()
    r = v.run(batch_parameters={"dataframe": df}, result_format={"result_format": "COMPLETE"})
    seconds = time.perf_counter() - start
    faults = sum(x.result.get("unexpected_count") or 0 for x in r.results if "null" not in x.expectation_config.type)
    return seconds, faults

seconds, faults = {"pandera": pandera, "great_expectations": great_expectations}[name]()
print(json.dumps({"seconds": seconds, "faults": faults}))

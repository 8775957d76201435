"""Reads a Parquet file and a folder of them with each library that is installed.

    readers.py FILE FOLDER

prints one JSON object: by library, the rows of the file in their order, and of
the folder [id, year, publication_year, number of creators] by id. A library that
is not installed is named under "skipped".
"""

import datetime
import importlib
import json
import math
import os
import sys
import time

os.environ["TZ"] = "UTC"
time.tzset()


def plain(value):
    """What JSON has for a value of any of the libraries."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "tolist") and not isinstance(value, (str, bytes)):
        value = value.tolist()
    if isinstance(value, float):
        return None if math.isnan(value) else int(value)
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, datetime.datetime):
        if value != value:
            return None  # not a time
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc)
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def rows(columns, tuples):
    return [{c: plain(v) for c, v in zip(columns, row)} for row in tuples]


def pyarrow(file, folder):
    import pyarrow.dataset as dataset
    import pyarrow.parquet as parquet

    years = dataset.dataset(folder, partitioning="hive").to_table().to_pylist()
    return [{k: plain(v) for k, v in row.items()} for row in parquet.read_table(file).to_pylist()], years


def pandas(file, folder):
    import pandas as pd

    frame = pd.read_parquet(file, engine="pyarrow", dtype_backend="pyarrow")
    # Partitions of no year are not read as categories: the year is in the files, too.
    years = pd.read_parquet(folder, engine="pyarrow", partitioning=None, dtype_backend="pyarrow")
    years["year"] = years["publication_year"]
    return rows(frame.columns, frame.itertuples(index=False)), years.to_dict("records")


def fastparquet(file, folder):
    import fastparquet as fp

    frame = fp.ParquetFile(file).to_pandas()
    frame["publication_date"] = [v.date() if v == v else None for v in frame["publication_date"]]
    # It fails over the partition of no year, unless only the files' own columns are read.
    records = fp.ParquetFile(folder)
    years = records.to_pandas(columns=records.columns)
    years["year"] = years["publication_year"]
    return rows(frame.columns, frame.itertuples(index=False)), years.to_dict("records")


def duckdb(file, folder):
    import duckdb as duck

    duck.sql("SET TimeZone = 'UTC'")
    found = duck.sql("SELECT * FROM '%s'" % file)
    years = duck.sql("SELECT * FROM '%s/**/*.parquet'" % folder)
    return rows(found.columns, found.fetchall()), [dict(zip(years.columns, row)) for row in years.fetchall()]


def polars(file, folder):
    import polars as pl

    return [{k: plain(v) for k, v in row.items()} for row in pl.read_parquet(file).to_dicts()], pl.read_parquet(folder, hive_partitioning=True).to_dicts()


def chdb(file, folder):
    import chdb as ch

    settings = " SETTINGS output_format_json_quote_64bit_integers = 0, max_threads = 1, use_hive_partitioning = 0"

    def ask(query):
        return [json.loads(line) for line in ch.query(query + settings, "JSONEachRow").bytes().decode().split("\n") if line]

    # ClickHouse takes the value of a partition of no year for a damaged number.
    years = ask("SELECT *, publication_year AS year FROM file('%s/year=*/part-*.parquet')" % folder)
    return ask("SELECT * FROM file('%s')" % file), years


def pyspark(file, folder):
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    found = spark.read.parquet(file)
    years = [row.asDict() for row in spark.read.parquet(folder).collect()]
    return rows(found.columns, [tuple(row) for row in found.collect()]), years


def main(file, folder):
    result = {"skipped": []}
    for read in (pyarrow, pandas, fastparquet, duckdb, polars, chdb, pyspark):
        name = read.__name__
        try:
            importlib.import_module(name)
        except ImportError:
            result["skipped"].append(name)
            continue
        found, years = read(file, folder)
        result[name] = {
            "file": found,
            "folder": sorted(([row["id"], plain(row["year"]), plain(row["publication_year"]), len(row["creators"])] for row in years), key=lambda row: row[0]),
        }
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])

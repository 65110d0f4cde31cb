"""A DAG of one task: the job's command, whose exit code is the task's fate."""

from datetime import datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG(
    dag_id="enrich_countries",
    schedule="15 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,  # the ledger has one writer
) as dag:
    BashOperator(
        task_id="enrich",
        # The job's folder keeps the ledger, so a retry goes on and buys nothing twice.
        cwd="/srv/enrich",
        bash_command=".venv/bin/enrich run jobs/countries.yaml --json --max-cost 20",
        retries=2,
        retry_delay=timedelta(minutes=10),
        execution_timeout=timedelta(hours=6),
        append_env=True,
    )

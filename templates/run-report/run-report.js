/* Starts the page of a run's report. */
window.assayPage();
window.assayCharts(JSON.parse(document.getElementById('page-data').textContent).charts);

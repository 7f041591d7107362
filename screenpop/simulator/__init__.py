"""The workbench simulator: plays Tencent's workbench from another site, for trying the pop out and for finding faults."""

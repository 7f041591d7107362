"""The workbench simulator: plays Tencent's workbench from another site, to try the pop and to find faults."""

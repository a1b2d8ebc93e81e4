"""What was said and matters to a question: found by its words and by what stands around it. It knows no store."""

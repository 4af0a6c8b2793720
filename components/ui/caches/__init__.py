"""What is kept between reruns, and how much of it."""

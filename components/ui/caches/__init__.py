"""Values kept between reruns, each cache with a bound."""

//! The host that a request was sent to. A site elsewhere can have its name point at this machine (DNS rebinding) and so
//! become, for the browser, the same site as this server; but then its requests are sent to that name.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::http::uri::Authority;

use crate::error::ServeError;
use crate::refusal::Refusal;

/// The hosts that requests may be sent to.
pub(super) struct Hosts {
    bound_to_loopback: bool,
    allowed: Vec<String>,
}

impl Hosts {
    /// The hosts of a server at an address, and further ones by name.
    pub(super) fn new(address: IpAddr, allowed: &[String]) -> Result<Self, ServeError> {
        for host in allowed {
            let is_name = host
                .parse::<Authority>()
                .is_ok_and(|authority| authority.host() == host);
            if !is_name {
                return Err(ServeError::Host { host: host.clone() });
            }
        }
        Ok(Self {
            bound_to_loopback: address.is_loopback(),
            allowed: allowed.to_vec(),
        })
    }

    /// Returns the host and port that a request was sent to, if it may be.
    pub(super) fn check(&self, request: &Request) -> Result<String, Refusal> {
        let mut hosts = request.headers().get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            let detail = "host: expected one Host header";
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "host", detail));
        };
        let host = host.to_str().unwrap_or_default();
        if !self.allows(host) || !self.allows_target(request) {
            let detail = "host: requests are not answered under this name; use the address that the server printed, \
                          or let it allow the name";
            return Err(Refusal::new(
                StatusCode::MISDIRECTED_REQUEST,
                "host",
                detail,
            ));
        }
        Ok(host.to_owned())
    }

    /// Whether the target of a request, if it names a host, names one that is allowed.
    fn allows_target(&self, request: &Request) -> bool {
        let target = request.uri().authority();
        target.is_none_or(|authority| self.allows(authority.as_str()))
    }

    /// Whether requests may be sent to a host and port.
    fn allows(&self, authority: &str) -> bool {
        let Ok(authority) = authority.parse::<Authority>() else {
            return false;
        };
        let host = authority.host();
        let port = authority.as_str().strip_prefix(host);
        let is_port = |port: &str| {
            port.strip_prefix(':')
                .is_some_and(|port| port.parse::<u16>().is_ok())
        };
        // Anything else would be a user before the host.
        if !port.is_some_and(|port| port.is_empty() || is_port(port)) {
            return false;
        }
        let is_allowed = |name: &String| name.eq_ignore_ascii_case(host);
        if host.eq_ignore_ascii_case("localhost") || self.allowed.iter().any(is_allowed) {
            return true;
        }
        let without_brackets = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let address = without_brackets.unwrap_or(host).parse::<IpAddr>();
        address.is_ok_and(|address| !self.bound_to_loopback || address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::Hosts;

    fn loopback() -> Hosts {
        Hosts::new(Ipv4Addr::LOCALHOST.into(), &["digits.example".to_owned()]).unwrap()
    }

    #[test]
    fn answers_under_names_of_this_machine_and_allowed_ones() {
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:8080",
            "Digits.example:443",
        ] {
            assert!(loopback().allows(host), "{host}");
        }
    }

    #[test]
    fn does_not_answer_under_other_names() {
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "localhost@evil.example",
            "evil.example@localhost",
            "127.0.0.1.evil.example",
            "192.168.0.1",
            "[::1",
            "::1",
            "localhost:port",
            "localhost localhost",
            "xdigits.example",
        ] {
            assert!(!loopback().allows(host), "{host}");
        }
    }

    #[test]
    fn a_server_for_other_machines_answers_under_any_address_in_numbers() {
        let hosts = Hosts::new(Ipv4Addr::UNSPECIFIED.into(), &[]).unwrap();
        assert!(hosts.allows("192.168.0.1:8080"));
        assert!(hosts.allows("[fe80::1]:8080"));
        assert!(!hosts.allows("evil.example"));
    }

    #[test]
    fn refuses_what_is_no_name_of_a_host() {
        for name in ["https://example.org", "example.org:80", "", "a b"] {
            let hosts = Hosts::new(Ipv4Addr::LOCALHOST.into(), &[name.to_owned()]);
            assert!(hosts.is_err(), "{name}");
        }
    }
}
